import type { Refusal } from '../refusal';
import { diagnoseAddress } from './address-hints';
import { isRegister, LAST_NUMBER, type ModbusAddress, type ModbusKind, REFERENCE_DIGITS } from './tables';

/** A kind, its number, and for a bit of a register the bit's number. */
const PATTERN = /^(coil|discrete|input|holding) (0|[1-9][0-9]*)(?:\.(0|[1-9][0-9]*))?$/;

/** A reference number of Modicon: the digit of the kind, then the number that counts from 1, in five or six digits. */
const REFERENCE = /^([0134])([0-9]{4,5})(?:\.(0|[1-9][0-9]*))?$/;

/**
 * Reads an address: a kind and the number that travels on the wire, which counts from 0: `coil 7`, `discrete 0`, `input 30`,
 * `holding 100`; a bit of a register is `holding 100.3`, 0 being the least significant. A reference number that stands alone, in five or
 * six digits (`40101`, `400101`), means the same as `holding 100`. A kind with a number that looks like a reference of that kind
 * (`holding 40101`) may mean either, and is refused. Never throws.
 */
export function parseModbusAddress(text: string): ModbusAddress | Refusal {
  const reference = REFERENCE.exec(text);
  if (reference) return fromReference(text, reference);
  const match = PATTERN.exec(text);
  if (!match) return diagnoseAddress(text);
  const [, kindText, numberText = '', bitText] = match;
  const kind = kindText as ModbusKind;
  const number = Number(numberText);
  const looksLike = REFERENCE_DIGITS[kind];
  if (looksLike !== '0' && new RegExp(`^${looksLike}(?!0000)[0-9]{4}$`).test(numberText)) {
    const bit = bitText === undefined ? '' : `.${bitText}`;
    return {
      error: `may mean the address ${number}, or the reference ${number}, which is the address ${Number(numberText.slice(1)) - 1}`,
      instead: `write ${kind} ${Number(numberText.slice(1)) - 1}${bit} for the reference, or ${looksLike}${String(number + 1).padStart(5, '0')}${bit} for the address ${number}`,
    };
  }
  return placed(kind, number, bitText);
}

/** The one spelling of an address: what {@link parseModbusAddress} reads back, but where it would be taken for a reference. */
export function formatModbusAddress({ kind, number, bit }: ModbusAddress): string {
  return `${kind} ${number}${bit === undefined ? '' : `.${bit}`}`;
}

/** The reference number of an address in six digits, and its bit. */
export function formatReference({ kind, number, bit }: ModbusAddress): string {
  return `${REFERENCE_DIGITS[kind]}${String(number + 1).padStart(5, '0')}${bit === undefined ? '' : `.${bit}`}`;
}

function fromReference(text: string, [, digit, rest = '', bitText]: RegExpExecArray): ModbusAddress | Refusal {
  const kind = (Object.keys(REFERENCE_DIGITS) as ModbusKind[]).find((candidate) => REFERENCE_DIGITS[candidate] === digit) ?? 'holding';
  if (Number(rest) === 0) {
    return {
      error: 'is no reference number: they count from 1',
      instead: `write ${kind} 0 if the first one is meant`,
    };
  }
  if (Number(rest) > LAST_NUMBER + 1) {
    return {
      error: `is a reference beyond the last one that the gateway reads, ${digit}${LAST_NUMBER + 1}`,
      instead: `write ${text.slice(0, 1)} and the number from the manual, or the kind and the address, such as ${kind} 100`,
    };
  }
  return placed(kind, Number(rest) - 1, bitText);
}

function placed(kind: ModbusKind, number: number, bitText: string | undefined): ModbusAddress | Refusal {
  if (number > LAST_NUMBER) {
    return {
      error: `has the number ${number}; the gateway reads the numbers 0 to ${LAST_NUMBER}`,
      instead: 'write the address that travels on the wire, which counts from 0',
    };
  }
  if (bitText === undefined) return { kind, number };
  if (!isRegister(kind)) {
    return { error: `has the bit number ${bitText}, but a ${kind} is one bit already`, instead: `write ${kind} ${number}` };
  }
  if (Number(bitText) > 15) {
    return {
      error: `names bit ${bitText}; a register has the bits 0 to 15`,
      instead: `write a bit from ${kind} ${number}.0, the least significant, to ${kind} ${number}.15`,
    };
  }
  return { kind, number, bit: Number(bitText) };
}
