import type { Gate } from './gate';

/** Sends a text over TCP and returns all that comes back until the other side hangs up, or for two seconds. */
export function talk(gate: Gate, address: string, port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = gate.connect(address, port);
    let answer = '';
    const patience = setTimeout(() => socket.destroy(), 2_000);
    socket.setEncoding('utf8').on('data', (part) => {
      answer += part;
    });
    socket.on('close', () => {
      clearTimeout(patience);
      resolve(answer);
    });
    socket.write(text);
  });
}
