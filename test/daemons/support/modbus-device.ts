import { join } from 'node:path';
import type { ByteOrder } from '../../../infra/protocols/modbus/settings';
import type { RunningProcess } from '../../support/process';
import { eventually } from '../../support/wait';
import { getPrograms } from '../programs/programs';
import type { PlantOnTrial } from './plant';

/** What a device holds: for each table blocks of values from a number on. What is in no block does not exist. */
export type ModbusMemory = Partial<Record<'coil' | 'discrete' | 'input' | 'holding', [number: number, values: number[]][]>>;

/** The registers of a value whose bytes, the most significant first, are these; sent in an order. Written from the orders' names. */
export function registers(bytes: Buffer, order: ByteOrder): number[] {
  const words = Array.from({ length: bytes.length / 2 }, (_, n) => bytes.readUInt16BE(2 * n));
  const swapped = (word: number) => ((word & 0xff) << 8) | (word >> 8);
  switch (order) {
    case 'ABCD':
      return words;
    case 'CDAB':
      return words.toReversed();
    case 'BADC':
      return words.map(swapped);
    case 'DCBA':
      return words.toReversed().map(swapped);
  }
}

/** The registers of a text: its bytes stand in the order of reading, two in each register, those of BADC and DCBA swapped. */
export function textRegisters(text: string, length: number, order: ByteOrder): number[] {
  const bytes = Buffer.concat([Buffer.from(text), Buffer.alloc(length)], 2 * Math.ceil(length / 2));
  return registers(bytes, order === 'ABCD' || order === 'CDAB' ? 'ABCD' : 'BADC');
}

/** A simulated Modbus device where a machine is. */
export class ModbusDevice {
  #process: RunningProcess | undefined;

  constructor(
    private readonly trial: PlantOnTrial,
    private readonly machine: string,
    private readonly options: { readonly port: number; readonly framer: 'socket' | 'rtu'; readonly unitId: number },
  ) {}

  /** Switches it on with this content. */
  async start(memory: ModbusMemory): Promise<void> {
    const { python } = await getPrograms();
    const { port, framer, unitId } = this.options;
    const script = join(__dirname, 'modbus-device.py');
    const host = this.trial.machineHost(this.machine);
    const args = ['-u', script, `${port}`, framer, `${unitId}`, JSON.stringify(memory)];
    this.#process = this.trial.startOn(host, `modbus-${this.machine}`, python, args);
  }

  /** Switches it off: connections break. */
  async stop(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#process?.stop();
    this.#process = undefined;
  }

  /** It hangs: connections stay, and nothing is answered. */
  hang(): void {
    this.#signal('SIGSTOP');
  }

  /** It answers again. */
  goOn(): void {
    this.#signal('SIGCONT');
  }

  /** The requests that it was asked since it was switched on, each once: `holding 0 5`. */
  async requests(atLeast: number): Promise<string[]> {
    const seen = () => [...new Set(this.#process?.log(5_000).match(/^(coil|discrete|input|holding) [0-9]+ [0-9]+$/gm) ?? [])].sort();
    await eventually(`${atLeast} different requests to ${this.machine}`, 20_000, () => {
      if (seen().length < atLeast) throw new Error(`only ${seen().join(', ')}`);
    });
    return seen();
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#process) process.kill(this.#process.pid, signal);
  }
}
