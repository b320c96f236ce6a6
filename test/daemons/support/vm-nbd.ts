import type { Socket } from 'node:net';

/** What a connection serves; offsets and lengths are multiples of 512. */
export interface BlockDevice {
  readonly bytes: number;
  read(offset: number, length: number): Buffer;
  write(offset: number, data: Buffer): void;
  flush(): void;
}

/** Numbers of the protocol (https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md). */
const OPTION = { abort: 2, info: 6, go: 7 } as const;
const REPLY = { acknowledged: 1, info: 3, unsupported: 0x80000001 } as const;
const COMMAND = { read: 0, write: 1, disconnect: 2, flush: 3 } as const;
const OPTION_MAGIC = Buffer.from('IHAVEOPT');
const FIXED_NEWSTYLE = 1;
/** Has flags, and takes flushes. Not "force unit access": QEMU flushes after such a write then, which is the same for the drive. */
const DEVICE_FLAGS = 1 | 4;
const REQUEST_BYTES = 28;

/** The server's side of one NBD connection (fixed newstyle, simple replies): what a drive needs for QEMU. Requests are served in their order. */
export class NbdConnection {
  #received: Buffer[] = [];
  #length = 0;
  #state: 'flags' | 'options' | 'requests' = 'flags';

  constructor(
    private readonly socket: Socket,
    private readonly device: BlockDevice,
  ) {
    const greeting = Buffer.concat([Buffer.from('NBDMAGIC'), OPTION_MAGIC, Buffer.alloc(2)]);
    greeting.writeUInt16BE(FIXED_NEWSTYLE, 16);
    socket.write(greeting);
    socket.on('data', (part) => {
      this.#received.push(part);
      this.#length += part.length;
      while (this.#step());
    });
  }

  /** Serves the next message, if all of it is there. */
  #step(): boolean {
    if (this.socket.destroyed) return false;
    if (this.#state === 'flags') {
      if (!this.#take(4)) return false;
      this.#state = 'options';
      return true;
    }
    return this.#state === 'options' ? this.#option() : this.#request();
  }

  #option(): boolean {
    const header = this.#peek(16);
    const body = header && this.#take(16 + header.readUInt32BE(12));
    if (!header || !body) return false;
    const option = header.readUInt32BE(8);
    if (option === OPTION.go || option === OPTION.info) {
      const info = Buffer.alloc(12);
      info.writeBigUInt64BE(BigInt(this.device.bytes), 2);
      info.writeUInt16BE(DEVICE_FLAGS, 10);
      this.#reply(option, REPLY.info, info);
      this.#reply(option, REPLY.acknowledged);
      if (option === OPTION.go) this.#state = 'requests';
    } else if (option === OPTION.abort) {
      this.socket.end();
    } else {
      this.#reply(option, REPLY.unsupported);
    }
    return true;
  }

  #reply(option: number, type: number, data = Buffer.alloc(0)): void {
    const header = Buffer.alloc(20);
    header.writeBigUInt64BE(0x3e889045565a9n, 0);
    header.writeUInt32BE(option, 8);
    header.writeUInt32BE(type, 12);
    header.writeUInt32BE(data.length, 16);
    this.socket.write(Buffer.concat([header, data]));
  }

  #request(): boolean {
    const header = this.#peek(REQUEST_BYTES);
    if (!header) return false;
    const [command, offset, length] = [header.readUInt16BE(6), Number(header.readBigUInt64BE(16)), header.readUInt32BE(24)];
    const message = this.#take(REQUEST_BYTES + (command === COMMAND.write ? length : 0));
    if (!message) return false;
    if (command === COMMAND.disconnect) {
      this.socket.end();
      return false;
    }
    const reply = Buffer.alloc(16);
    reply.writeUInt32BE(0x67446698, 0);
    message.copy(reply, 8, 8, 16);
    if (command === COMMAND.read) {
      this.socket.write(Buffer.concat([reply, this.device.read(offset, length)]));
      return true;
    }
    if (command === COMMAND.write) this.device.write(offset, message.subarray(REQUEST_BYTES));
    else if (command === COMMAND.flush) this.device.flush();
    else reply.writeUInt32BE(22 /* EINVAL */, 4);
    this.socket.write(reply);
    return true;
  }

  #peek(bytes: number): Buffer | undefined {
    if (this.#length < bytes) return undefined;
    if ((this.#received[0]?.length ?? 0) < bytes) this.#received = [Buffer.concat(this.#received)];
    return this.#received[0]?.subarray(0, bytes);
  }

  #take(bytes: number): Buffer | undefined {
    const message = this.#peek(bytes);
    const [first, ...rest] = this.#received;
    if (!message || !first) return undefined;
    this.#received = first.length === bytes ? rest : [first.subarray(bytes), ...rest];
    this.#length -= bytes;
    return message;
  }
}
