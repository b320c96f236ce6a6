import { execFile } from 'node:child_process';
import { closeSync, openSync, readSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { NbdConnection } from './vm-nbd';

/**
 * What a drive does with its write cache when the power fails.
 *
 * - `forgetful`: keeps what was flushed. Of each write since the last flush any 512-byte sectors may be there and any may not, in any order.
 * - `kind`: keeps every write that it was given, flushed or not: as if it had no cache, or a battery. What is lost with it never left the
 *   memory of the computer.
 * - `lying`: as `forgetful`, but it acknowledges flushes without doing them. No program can keep anything on such a drive.
 */
export type DriveKind = 'forgetful' | 'kind' | 'lying';

/** What was in the cache of a drive that lost its power. */
export interface LostCache {
  /** Writes that had not been flushed. */
  readonly writes: number;
  /** How much of them is lost. */
  readonly lostBytes: number;
}

/** Bytes that a drive writes whole or not at all. */
const SECTOR = 512;

interface Write {
  readonly offset: number;
  readonly data: Buffer;
}

/**
 * A drive with a volatile write cache for a virtual machine, served over NBD from this process. QEMU's own would lie with its writes in the
 * page cache of this computer, which does not lose its power: what the guest wrote and did not flush would survive the end of QEMU.
 *
 * Modelled: the loss of the cache, writes out of order, writes torn between sectors. Not modelled: a sector that is itself torn or turns unreadable,
 * neighbours that a write damages, a drive that loses what it had confirmed (but for `lying`).
 */
export class Drive {
  readonly socketPath: string;
  /** How often the guest flushed since the drive was made. */
  flushes = 0;
  #unflushed: Write[] = [];
  /** Newest content of the sectors in the cache, by number. */
  #cached = new Map<number, Buffer>();
  #awaited: { count: number; readonly then: () => void } | undefined;
  readonly #file: number;
  #server: Server | undefined;
  readonly #connections = new Set<Socket>();

  private constructor(
    readonly path: string,
    readonly bytes: number,
    private readonly kind: DriveKind,
  ) {
    this.socketPath = `${path}.sock`;
    this.#file = openSync(path, 'r+');
  }

  /**
   * Makes a drive with an empty ext4.
   *
   * @param path of its image, a sparse file
   * @param mebibytes its size
   */
  static async formatted(path: string, mebibytes: number, kind: DriveKind): Promise<Drive> {
    writeFileSync(path, '');
    truncateSync(path, mebibytes << 20);
    await promisify(execFile)('/sbin/mke2fs', ['-q', '-F', '-t', 'ext4', '-E', 'lazy_itable_init=1,lazy_journal_init=0', path]);
    return new Drive(path, mebibytes * 2 ** 20, kind);
  }

  /** Makes a drive with what is on another one, which must be switched off. */
  static async copied(from: Drive, path: string, kind: DriveKind): Promise<Drive> {
    await promisify(execFile)('/bin/cp', ['--sparse=always', from.path, path]);
    return new Drive(path, from.bytes, kind);
  }

  /** Serves the drive until the power is cut. */
  async powerOn(): Promise<void> {
    this.#server = createServer((socket) => {
      this.#connections.add(socket);
      socket.on('close', () => this.#connections.delete(socket)).on('error', () => socket.destroy());
      new NbdConnection(socket, this);
    });
    await new Promise<void>((resolve, reject) => this.#server?.once('error', reject).listen(this.socketPath, resolve));
  }

  /** Calls back in the middle of a write to come: it is in the cache, and the guest has not been told so. Counts from 1, the next one. */
  onWrite(count: number, then: () => void): void {
    this.#awaited = { count, then };
  }

  /**
   * Takes its power away: from this moment it answers nothing, and its cache is gone as its kind says.
   *
   * @param random numbers from 0 to below 1: which sectors of the cache a forgetful drive still wrote
   */
  powerOff(random: () => number): LostCache {
    this.#server?.close();
    this.#server = undefined;
    for (const connection of this.#connections) connection.destroy();
    this.#connections.clear();
    const writes = this.#unflushed;
    // Nothing, all, or anything between: each is a different trap for a program that relies on an order.
    const chance = this.kind === 'kind' ? 1 : Math.min(1, Math.max(0, random() * 1.5 - 0.25));
    let lostBytes = 0;
    for (const { offset, data } of writes) {
      for (let at = 0; at < data.length; at += SECTOR) {
        if (random() < chance) writeSync(this.#file, data, at, SECTOR, offset + at);
        else lostBytes += SECTOR;
      }
    }
    this.#unflushed = [];
    this.#cached = new Map();
    return { writes: writes.length, lostBytes };
  }

  /** Closes the image. */
  end(): void {
    this.powerOff(() => 0);
    closeSync(this.#file);
  }

  /** What the guest reads: the cache, where it holds a sector. */
  read(offset: number, length: number): Buffer {
    const data = Buffer.alloc(length);
    readSync(this.#file, data, 0, length, offset);
    if (this.#cached.size > 0) {
      for (let at = 0; at < length; at += SECTOR) this.#cached.get((offset + at) / SECTOR)?.copy(data, at);
    }
    return data;
  }

  /** What the guest writes goes into the cache. */
  write(offset: number, data: Buffer): void {
    this.#unflushed.push({ offset, data });
    for (let at = 0; at < data.length; at += SECTOR) this.#cached.set((offset + at) / SECTOR, data.subarray(at, at + SECTOR));
    if (!this.#awaited || --this.#awaited.count > 0) return;
    const { then } = this.#awaited;
    this.#awaited = undefined;
    then();
  }

  /** Writes the cache down, unless the drive lies. */
  flush(): void {
    this.flushes++;
    if (this.kind === 'lying') return;
    for (const { offset, data } of this.#unflushed) writeSync(this.#file, data, 0, data.length, offset);
    this.#unflushed = [];
    this.#cached = new Map();
  }
}
