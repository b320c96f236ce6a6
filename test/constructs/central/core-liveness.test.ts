import { execFile, spawn } from 'node:child_process';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { brokerConnection, connectionCommands } from '../../../infra/factory-plus/broker-connection';

const run = promisify(execFile);

/** Whether a command ends with exit code 0. */
async function succeeds([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  return await run(program, args, { env }).then(
    () => true,
    (error: { code?: unknown }) => {
      if (typeof error.code === 'number') return false;
      throw error;
    },
  );
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)));

test('a program is ready while it is connected; alive while it is, or while nobody could be', async () => {
  const server = createServer();
  const accepted: Socket[] = [];
  server.on('connection', (socket) => accepted.push(socket.on('error', () => {})));
  const port = await listening(server);
  const { liveness, readiness } = connectionCommands('127.0.0.1', port);

  expect([await succeeds(readiness), await succeeds(liveness)]).toEqual([false, false]);

  const client = connect(port, '127.0.0.1');
  await new Promise((resolve) => client.once('connect', resolve));
  expect([await succeeds(readiness), await succeeds(liveness)]).toEqual([true, true]);

  client.destroy();
  for (const socket of accepted) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  expect([await succeeds(readiness), await succeeds(liveness)]).toEqual([false, true]);
});

test('a connection to the API server of the cluster, which has the same port, is not taken for one to the server', async () => {
  const server = createServer();
  const accepted: Socket[] = [];
  server.on('connection', (socket) => accepted.push(socket.on('error', () => {})));
  const port = await listening(server);
  const { liveness, readiness } = connectionCommands('127.0.0.1', port, { butApiServer: true });
  const answers = async (apiServer: string | undefined) => {
    const env = { ...process.env, KUBERNETES_SERVICE_HOST: apiServer };
    return [await succeeds(readiness, env), await succeeds(liveness, env)];
  };
  expect(await answers('10.96.0.1')).toEqual([false, false]);
  const client = connect(port, '127.0.0.1');
  await new Promise((resolve) => client.once('connect', resolve));
  expect(await answers('10.96.0.1')).toEqual([true, true]);
  expect(await answers('127.0.0.1')).toEqual([false, false]);
  // Where its address is none of IPv4, or is not known, all are counted.
  expect(await answers('fd00::1')).toEqual([true, true]);
  expect(await answers(undefined)).toEqual([true, true]);
  client.destroy();
  for (const socket of accepted) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  expect(await answers('127.0.0.1')).toEqual([false, true]);
}, 60_000);

test('another port that begins with the same digits is not taken for it', async () => {
  const server = createServer();
  const port = await listening(server);
  const client = connect(port, '127.0.0.1');
  await new Promise((resolve) => client.once('connect', resolve));
  expect(await succeeds(connectionCommands('127.0.0.1', port === 65_535 ? 1 : port + 1).readiness)).toBe(false);
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test.each([
  ["x'; process.exit(0); '", 1883],
  ['$(true)', 1883],
  ['mqtt', 0],
  ['mqtt', 70_000],
  ['mqtt', 1.5],
])('%j, port %d, is refused as a server', (host, port) => {
  expect(() => connectionCommands(host, port)).toThrow(RangeError);
});

test('a shell reads the commands as they are meant', async () => {
  const { liveness } = brokerConnection();
  const [, , script = ''] = liveness;
  const child = spawn('sh', ['-n', '-c', script]);
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
});
