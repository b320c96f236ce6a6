import type { Tag } from './machine';

/** The four tables of a Modbus device, filled from bytes. */
export interface DeviceMemory {
  /** Two bytes of each register, the first the more significant. */
  readonly registers: Buffer;
  readonly bits: readonly boolean[];
}

/** A device whose registers have these bytes, and whose bits are those of the first ones. */
export function deviceMemory(bytes: Uint8Array): DeviceMemory {
  return {
    registers: Buffer.from(bytes),
    bits: Array.from({ length: 64 }, (_, index) => (((bytes[index >> 3] ?? 0) >> (index & 7)) & 1) === 1),
  };
}

/** What a device answers to a request of the driver, `unit,kind,number,length` (edge-modbus 6.8.1; Modbus packs the first bit lowest). */
function answer(address: string, { registers, bits }: DeviceMemory): Buffer {
  const [, kind, number, length] = address.split(',');
  const [first, count] = [Number(number), Number(length)];
  if (kind === 'input' || kind === 'holding') return registers.subarray(2 * first, 2 * (first + count));
  const packed = Buffer.alloc(Math.ceil(count / 8));
  for (let index = 0; index < count; index += 1) {
    if (bits[first + index]) packed[index >> 3] = (packed[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return packed;
}

/** What an edge agent takes from such an answer (acs-edge 6.8.1, parseValFromBuffer): the byte of a path, and its bit behind a colon. */
export function decodedFrom({ type, path }: Pick<Tag, 'type' | 'path'>, buffer: Buffer): unknown {
  const [at = 0, bit = 0] = path.split(':').map(Number);
  if (type === 'Boolean') return (((buffer[at] ?? 0) >> bit) & 1) === 1;
  const method = `read${type.replace(/^(U?)Int64/, 'Big$1Int64')}`;
  return (buffer as unknown as Record<string, (at: number) => unknown>)[method]?.(at);
}

/** What an edge agent takes from a device. */
export function decoded(tag: Tag, memory: DeviceMemory): unknown {
  return decodedFrom(tag, answer(tag.address, memory));
}

/** What a point of a device says, by the registers and bits that it names. */
export function meant(point: unknown, { registers, bits }: DeviceMemory): unknown {
  const { address, type, byteOrder = 'ABCD' } = point as { address: string; type: string; byteOrder?: string };
  const [kind = '', place = ''] = address.split(' ');
  const [number = 0, bit] = place.split('.').map(Number);
  if (kind === 'coil' || kind === 'discrete') return bits[number];
  const size = { INT16: 2, UINT16: 2, INT32: 4, UINT32: 4, FLOAT32: 4, INT64: 8, UINT64: 8, FLOAT64: 8, BOOL: 2 }[type] ?? 0;
  const bytes = Buffer.from(registers.subarray(2 * number, 2 * number + size));
  if (byteOrder === 'DCBA') bytes.reverse();
  switch (type) {
    case 'BOOL':
      return ((bytes.readUInt16BE() >> (bit ?? 0)) & 1) === 1;
    case 'FLOAT32':
      return bytes.readFloatBE();
    case 'FLOAT64':
      return bytes.readDoubleBE();
    case 'INT64':
      return bytes.readBigInt64BE();
    case 'UINT64':
      return bytes.readBigUInt64BE();
    default:
      return type.startsWith('U') ? bytes.readUIntBE(0, size) : bytes.readIntBE(0, size);
  }
}
