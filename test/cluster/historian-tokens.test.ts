import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Chart } from 'cdk8s';
import { Historian } from '../../constructs/central/historian';
import { HISTORIAN_TOKENS, SETUP_MOUNTS, SETUP_SCRIPT } from '../../infra/influxdb/setup';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { exampleCentral } from '../support/centre';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { buildPrograms } from './programs/build';
import { ApiError } from './support/api';
import { type ControlPlane, startControlPlane } from './support/control-plane';

const namespace = CENTRAL_NAMESPACE;
const path = `/api/v1/namespaces/${namespace}/secrets`;
const chart = new Chart(new App(), 'centre');
new Historian(chart, 'historian', { central: exampleCentral() });
// biome-ignore lint/suspicious/noExplicitAny: objects as they are applied
const rights = (chart.toJson() as any[]).filter(
  ({ kind, metadata }) => metadata.name === 'historian-setup' && ['ServiceAccount', 'Role', 'RoleBinding'].includes(kind),
);

let workDir: WorkDir;
let controlPlane: ControlPlane;
let account: string;

beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  controlPlane = await startControlPlane({ programs, workDir: workDir.path, scheduler: false });
  await controlPlane.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, ...rights);
  const { status } = await controlPlane.api.post<{ status: { token: string } }>(
    `/api/v1/namespaces/${namespace}/serviceaccounts/historian-setup/token`,
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
  );
  account = join(workDir.path, 'account');
  mkdirSync(account);
  writeFileSync(join(account, 'token'), status.token);
  writeFileSync(join(account, 'ca.crt'), readFileSync(join(controlPlane.workDir, 'credentials', 'apiserver.crt')));
}, 40 * 60_000);

afterAll(async () => {
  await controlPlane?.stop();
  await workDir?.remove();
});

/** The part of the setup that keeps the tokens, with tokens as the historian would have made them. */
async function keep(tokens: Readonly<Record<string, string>>, name: string = HISTORIAN_TOKENS): Promise<number> {
  const start = SETUP_SCRIPT.indexOf('case "$KUBERNETES_SERVICE_HOST"');
  const end = SETUP_SCRIPT.indexOf("say 'the tokens are in");
  expect([start > 0, end > start]).toEqual([true, true]);
  const script = SETUP_SCRIPT.slice(start, end)
    .replaceAll('/tmp/', `${workDir.path}/`)
    .replaceAll(SETUP_MOUNTS.apiServer, account)
    .replaceAll(HISTORIAN_TOKENS, name);
  const data = Object.entries(tokens).map(([holder, token]) => `"${holder}":"${Buffer.from(token).toString('base64')}"`);
  const { hostname, port } = new URL(controlPlane.url);
  const env = { PATH: process.env.PATH, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port, data: data.join(',') };
  return promisify(execFile)('/bin/sh', ['-euc', script], { env }).then(
    () => 0,
    (error: { code: number }) => error.code,
  );
}

const kept = async (): Promise<Record<string, string>> => {
  const { data } = await controlPlane.api.get<{ data: Record<string, string> }>(`${path}/${HISTORIAN_TOKENS}`);
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]));
};

test('the setup makes the Secret of the tokens, changes it, and takes out of it what it no longer states', async () => {
  const [one, two] = ['one', 'two'].map((text) => createHash('sha256').update(text).digest('base64'));
  expect(await keep({ 'data-access': one ?? '', i3x: two ?? '' })).toBe(0);
  expect(await kept()).toEqual({ 'data-access': one, i3x: two });
  expect(await keep({ 'data-access': two ?? '' })).toBe(0);
  expect(await kept()).toEqual({ 'data-access': two });
});

test('it may make no Secret of another name, and read none, its own included', async () => {
  expect(await keep({ x: 'y' }, 'historian-other')).not.toBe(0);
  await expect(controlPlane.api.get(`${path}/historian-other`)).rejects.toThrow(ApiError);
  const may = async (verb: string, resource: string) => {
    const as = `--as=system:serviceaccount:${namespace}:historian-setup`;
    return controlPlane.kubectl(['auth', 'can-i', verb, resource, as, '-n', namespace]).then(
      (answer) => String(answer).trim() === 'yes',
      () => false,
    );
  };
  expect(await may('patch', `secrets/${HISTORIAN_TOKENS}`)).toBe(true);
  for (const verb of ['get', 'list', 'watch', 'delete', 'update'])
    expect([verb, await may(verb, `secrets/${HISTORIAN_TOKENS}`)]).toEqual([verb, false]);
  for (const verb of ['create', 'patch', 'get']) expect([verb, await may(verb, 'secrets/historian-admin')]).toEqual([verb, false]);
});
