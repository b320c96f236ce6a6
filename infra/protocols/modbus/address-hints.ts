import type { Refusal } from '../refusal';
import type { ModbusKind } from './tables';

/** The spellings that are right, told when nothing better is known. */
const EXAMPLES = 'write it like holding 100, holding 100.3, input 30, coil 7 or discrete 0';

/** Other names of the four tables, without capitals and spaces. */
const NAMES: Readonly<Record<string, ModbusKind>> = {
  coil: 'coil',
  coils: 'coil',
  co: 'coil',
  '0x': 'coil',
  discrete: 'discrete',
  discretes: 'discrete',
  discreteinput: 'discrete',
  discreteinputs: 'discrete',
  di: 'discrete',
  '1x': 'discrete',
  input: 'input',
  inputs: 'input',
  inputregister: 'input',
  inputregisters: 'input',
  ir: 'input',
  '3x': 'input',
  holding: 'holding',
  holdings: 'holding',
  holdingregister: 'holding',
  holdingregisters: 'holding',
  hr: 'holding',
  '4x': 'holding',
};

/** Finds out what is wrong with a text that is not an address, and what to write instead. Never throws. */
export function diagnoseAddress(text: string): Refusal {
  const tidy = text.trim().toLowerCase();
  if (/^[0-9]+$/.test(tidy)) {
    return {
      error: 'does not say which table it is in',
      instead: `write holding ${Number(tidy)}, input ${Number(tidy)}, coil ${Number(tidy)} or discrete ${Number(tidy)}`,
    };
  }
  if (/^%m[wdf]?[0-9]+$/.test(tidy)) {
    return {
      error: 'is an address of the PLC program, not of Modbus',
      instead: tidy.startsWith('%mw')
        ? `write holding ${Number(tidy.slice(3))}, which is where Schneider controllers show it`
        : 'write the register that shows it, such as holding 100',
    };
  }
  const parts = /^([a-z]+(?:[ _-]?[a-z]+)?|[0134]x)[ :_-]*(0x[0-9a-f]{1,4}|[0-9]{1,6})(?:[.:]([0-9]{1,2}))?$/.exec(tidy);
  const kind = parts && NAMES[(parts[1] ?? '').replace(/[ _-]/g, '')];
  if (!kind) return { error: 'is not a Modbus address', instead: EXAMPLES };
  const [, name = '', number = '', bit] = parts;
  const plain = `${kind} ${Number(number)}${bit === undefined ? '' : `.${Number(bit)}`}`;
  if (name.endsWith('x')) {
    return {
      error: 'is a reference number, which counts from 1',
      instead: `write ${kind} ${Math.max(0, Number(number) - 1)}, the address that travels on the wire`,
    };
  }
  if (number.startsWith('0x')) return { error: 'has a hexadecimal number', instead: `write ${plain}` };
  if (/^0[0-9]/.test(number)) {
    return { error: 'has a number with a leading zero', instead: `write ${plain} if that is the address on the wire, which counts from 0` };
  }
  return { error: 'is not written as a kind, a space and a number', instead: `write ${plain}` };
}
