import { connect } from 'node:net';
import { join } from 'node:path';
import type { RunningProcess } from '../../support/process';
import type { ProcessGroup } from '../../support/process-group';
import { type Host, onHost } from './network';

/** An area of a controller's memory; `number` is that of a data block. */
export type PlcArea = { readonly area: 'DB'; readonly number: number } | { readonly area: 'MK' | 'PE' | 'PA' };

/** Bytes in the order in which a SIMATIC keeps them: the most significant first. */
export const s7 = {
  int: (value: number) => bytes(2, (view) => view.setInt16(0, value)),
  uint16: (value: number) => bytes(2, (view) => view.setUint16(0, value)),
  dint: (value: number) => bytes(4, (view) => view.setInt32(0, value)),
  udint: (value: number) => bytes(4, (view) => view.setUint32(0, value)),
  real: (value: number) => bytes(4, (view) => view.setFloat32(0, value)),
  lreal: (value: number) => bytes(8, (view) => view.setFloat64(0, value)),
  lint: (value: bigint) => bytes(8, (view) => view.setBigInt64(0, value)),
  byte: (value: number) => Buffer.of(value),
  /** STRING[length]: declared length, actual length, then the bytes. */
  string: (length: number, text: Buffer) => Buffer.concat([Buffer.of(length, text.length), text], length + 2),
};

function bytes(length: number, write: (view: DataView) => void): Buffer {
  const buffer = Buffer.alloc(length);
  write(new DataView(buffer.buffer, buffer.byteOffset, length));
  return buffer;
}

/** A simulated controller. Its memory survives a power cycle, as retentive data does. */
export class Plc {
  #process: RunningProcess | undefined;
  readonly #memory: { area: PlcArea; byte: number; data: Buffer }[] = [];
  readonly #control: string;

  /** @param port TCP port of the controller; 102 in a real one */
  constructor(
    private readonly group: ProcessGroup,
    private readonly host: Host,
    private readonly python: string,
    private readonly port = 102,
  ) {
    this.#control = join(group.workDir, `plc-${host.name}.sock`);
  }

  /** Switches it on; returns when it answers. */
  async start(): Promise<void> {
    const script = join(__dirname, 's7-plc.py');
    const plc = this.group.start({
      name: `plc-${this.host.name}`,
      ...onHost(this.host, this.python, [script, `${this.port}`, this.#control]),
    });
    this.#process = plc;
    await plc.ready(() => this.#send({ area: 'MK', byte: 0, hex: '00' }), 30_000);
    for (const { area, byte, data } of this.#memory) await this.#send({ ...area, byte, hex: data.toString('hex') });
    await this.#send({ listen: true });
  }

  /** Writes bytes into its memory; also while it is off. */
  async write(area: PlcArea, byte: number, data: Buffer): Promise<void> {
    this.#memory.push({ area, byte, data });
    if (this.#process) await this.#send({ ...area, byte, hex: data.toString('hex') });
  }

  /** Switches it off: connections break. */
  async stop(): Promise<void> {
    const plc = this.#process;
    this.#process = undefined;
    if (plc) process.kill(plc.pid, 'SIGKILL');
    await plc?.stop();
  }

  /** Makes it hang: connections stay open, new ones are taken, and nothing is answered. */
  hang(): void {
    if (this.#process) process.kill(this.#process.pid, 'SIGSTOP');
  }

  /** Lets it go on after {@link hang}. */
  resume(): void {
    if (this.#process) process.kill(this.#process.pid, 'SIGCONT');
  }

  #send(command: object): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#control);
      socket.on('error', reject);
      socket.on('data', () => socket.end());
      socket.on('close', () => resolve());
      socket.write(`${JSON.stringify(command)}\n`);
    });
  }
}
