/** The reference agent as a process: the contract over HTTPS with certificates on both sides, its health in clear on a port of its own. */
import { randomUUID } from 'node:crypto';
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { z } from 'zod';
import {
  CONTRACT_VERSION,
  cancelSchema,
  dispatchSchema,
  idSchema,
  leaseSchema,
  MESSAGE_BYTES,
  REFUSALS,
  type Refusal,
  releaseSchema,
} from '../../../infra/jobs/contract';
import { Agent, type Controller, ControllerAway, Refused, type RetentiveArea } from './agent';
import { tlsFiles, told } from './environment';
import { askLine } from './line-server';

const clock = () => performance.now();

const exchange = async (request: object): Promise<RetentiveArea> => {
  try {
    // An exchange that takes longer than half of what a machine takes to its hold is given up.
    return (await askLine(told('MILLWRIGHT_CONTROLLER'), Number(told('PLC_PORT')), request, 2_000)) as RetentiveArea;
  } catch (error) {
    throw new ControllerAway((error as Error).message);
  }
};
const controller: Controller = {
  read: () => exchange({ ask: 'read' }),
  take: async (job) => void (await exchange({ ask: 'take', job })),
  cancel: async (sequence) => void (await exchange({ ask: 'cancel', sequence })),
  hold: async () => void (await exchange({ ask: 'hold' })),
};
const agent = new Agent({ machine: told('MILLWRIGHT_MACHINE'), instance: randomUUID(), clock, controller });

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let [text, bytes] = ['', 0];
  for await (const part of request.setEncoding('utf8')) {
    bytes += Buffer.byteLength(part);
    if (bytes > MESSAGE_BYTES) throw new Refused('too-large');
    text += part;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused('malformed');
  }
}

function fitting<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Refused('malformed');
  return parsed.data;
}

async function answerTo(request: IncomingMessage): Promise<unknown> {
  const { subject } = (request.socket as TLSSocket).getPeerCertificate();
  if (subject?.CN !== told('MILLWRIGHT_CALLER')) throw new Refused('unknown-caller');
  const [, version, what, jobId, last] = (request.url ?? '').split('/');
  const route = `${request.method} ${version === CONTRACT_VERSION ? what : ''}${jobId === undefined ? '' : '/id'}${last ? `/${last}` : ''}`;
  const id = () => fitting(idSchema, jobId);
  if (route === 'GET state') return agent.state();
  if (route === 'PUT lease') return agent.grant(fitting(leaseSchema, await bodyOf(request)));
  if (route === 'DELETE lease') return agent.release(fitting(releaseSchema, await bodyOf(request)));
  if (route === 'GET jobs/id') return agent.job(id());
  if (route === 'PUT jobs/id') return agent.dispatch(id(), fitting(dispatchSchema, await bodyOf(request)));
  if (route === 'POST jobs/id/cancel') return agent.cancel(id(), fitting(cancelSchema, await bodyOf(request)));
  throw new Refused('malformed');
}

function send(response: ServerResponse, status: number, type: string, body: unknown): void {
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}

createServer({ ...tlsFiles(), requestCert: true, rejectUnauthorized: true }, (request, response) => {
  answerTo(request).then(
    (body) => send(response, 200, 'application/json', body),
    (error: unknown) => {
      const code: Refusal | undefined = error instanceof Refused ? error.code : undefined;
      if (!code) console.error(error);
      const { status, meaning } = code ? REFUSALS[code] : { status: 500, meaning: 'A fault of the agent' };
      send(response, status, 'application/problem+json', { type: 'about:blank', title: meaning, status, ...(code ? { code } : {}) });
    },
  );
}).listen(Number(told('MILLWRIGHT_PORT')), '0.0.0.0', () => console.log('open'));

createPlainServer((_, response) => response.writeHead(200).end()).listen(8080, '0.0.0.0');
process.once('SIGTERM', () => agent.stop().finally(() => process.exit(0)));
