import type { Refusal } from '../refusal';
import { diagnoseAddress } from './address-hints';

/** How much an address names: one bit (X), byte (B), word of two bytes (W), double word of four bytes (D). */
export type S7Width = 'X' | 'B' | 'W' | 'D';

/** Memory of the controller: a data block by its number (1–65535), merkers M, process image of the inputs I or of the outputs Q. */
export type S7Area = { readonly area: 'DB'; readonly db: number } | { readonly area: 'M' | 'I' | 'Q' };

/** Place in an area: byte offset 0–65535, and for a single bit its number 0–7. */
export type S7Place =
  | { readonly width: 'X'; readonly byte: number; readonly bit: number }
  | { readonly width: 'B' | 'W' | 'D'; readonly byte: number };

/** An absolute address of a controller. */
export type S7Address = S7Area & S7Place;

/** The largest data block number and byte offset that an address may have. */
export const MAX_NUMBER = 65535;

/** The parts of an address, not yet checked: data block and its width letter, or area letter and its width letter; offset; bit. */
const PATTERN = /^%?(?:DB([0-9]+)\.DB([XBWD])|([MIQ])([BWD]?))([0-9]+)(?:\.([0-9]+))?$/;

/**
 * Reads an absolute address as TIA Portal writes it, in international mnemonics: `DB10.DBX0.1`, `DB10.DBB4`, `DB10.DBW4`, `DB10.DBD8`,
 * `M0.1`, `MW4`, `I0.0`, `IW64`, `Q0.0`, `QD4`. A leading `%` is allowed. There is one spelling for each address: capitals, no spaces,
 * no leading zeros. Never throws.
 */
export function parseS7Address(text: string): S7Address | Refusal {
  const match = PATTERN.exec(text);
  if (!match) return diagnoseAddress(text);
  const [, db, dbWidth, letter, letterWidth, byteText = '', bitText] = match;
  const plain = text.replace(/(?<![0-9])0+(?=[0-9])/g, '');
  if (plain !== text) return { error: 'has a number with a leading zero', instead: `write ${plain}` };
  const area: S7Area = db === undefined ? { area: letter as 'M' | 'I' | 'Q' } : { area: 'DB', db: Number(db) };
  const width = (dbWidth ?? (letterWidth || 'X')) as S7Width;
  const start = db === undefined ? `${letter}${letterWidth}` : `DB${db}.DB${dbWidth}`;
  if (area.area === 'DB' && (area.db < 1 || area.db > MAX_NUMBER)) {
    return {
      error: `names data block ${db}; data blocks have numbers from 1 to ${MAX_NUMBER}`,
      instead: 'write the number that TIA Portal shows',
    };
  }
  const byte = Number(byteText);
  if (byte > MAX_NUMBER) {
    return {
      error: `begins at byte ${byteText}; an area has the bytes 0 to ${MAX_NUMBER}`,
      instead: 'write the offset that TIA Portal shows',
    };
  }
  if (width === 'X') {
    if (bitText === undefined) {
      return { error: 'names a bit without its number', instead: `write ${start}${byte}.0 with the bit you mean, 0 to 7` };
    }
    const bit = Number(bitText);
    if (bit > 7)
      return {
        error: `names bit ${bitText}; a byte has the bits 0 to 7`,
        instead: `write a bit from ${start}${byte}.0 to ${start}${byte}.7`,
      };
    return { ...area, width, byte, bit };
  }
  if (bitText !== undefined) {
    return { error: `has the bit number ${bitText}, which only a bit has`, instead: `write ${start}${byte}` };
  }
  return { ...area, width, byte };
}

/** The one spelling of an address, without `%`: what {@link parseS7Address} reads back. */
export function formatS7Address(address: S7Address): string {
  const place = address.width === 'X' ? `${address.byte}.${address.bit}` : `${address.byte}`;
  if (address.area === 'DB') return `DB${address.db}.DB${address.width}${place}`;
  return `${address.area}${address.width === 'X' ? '' : address.width}${place}`;
}

/** The same place named at another width; a bit becomes bit 0 of its byte. */
export function atWidth(address: S7Address, width: S7Width): S7Address {
  const area: S7Area = address.area === 'DB' ? { area: 'DB', db: address.db } : { area: address.area };
  return width === 'X' ? { ...area, width, byte: address.byte, bit: 0 } : { ...area, width, byte: address.byte };
}
