import { mkdir, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { SEALED_SECRETS } from '../../../infra/model/edge-services';
import { type ProcessGroup, processGroup, stoppedOnFailure } from '../../support/process-group';
import type { ControlPlane } from './control-plane';
import { answersOk } from './health';
import { freePort } from './ports';

/** A controller of Sealed Secrets that runs. */
export interface RunningSealedSecrets {
  /** Where it answers: not on loopback, which the API server's proxy refuses. */
  readonly address: string;
  readonly port: number;
  stop(): Promise<void>;
}

interface Container {
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

/** Shows the token as a kubelet does, to a program that looks for it at just that place: in a mount namespace of its own. */
const AS_POD = `
mount -t tmpfs tmpfs /var/run/
mkdir -p /var/run/secrets/kubernetes.io/serviceaccount
cp "$1"/token "$1"/ca.crt /var/run/secrets/kubernetes.io/serviceaccount
shift
exec "$@"`;

/**
 * Starts the real controller as the rendered Deployment says, with a token of its own service account, and waits until it answers. Only its
 * ports are others.
 *
 * @param container the Deployment's container
 */
export async function startSealedSecrets(controlPlane: ControlPlane, container: Container): Promise<RunningSealedSecrets> {
  const { programs, workDir, kubectl, url } = controlPlane;
  const { zone, name } = SEALED_SECRETS;
  const folder = join(workDir, 'sealed-secrets');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'token'), (await kubectl(['create', 'token', name, '-n', zone, '--duration=24h'])).trim(), { mode: 0o600 });
  await writeFile(join(folder, 'ca.crt'), await controlPlaneCertificate(controlPlane));
  const { hostname, port: apiPort } = new URL(url);
  const [address, port] = [outwardAddress(), await freePort()];
  const listen: Record<string, string> = {
    '--listen-addr': `${address}:${port}`,
    '--listen-metrics-addr': `127.0.0.1:${await freePort()}`,
  };
  const args = container.args.map((arg) => {
    const [option = ''] = arg.split('=', 1);
    return listen[option] === undefined ? arg : `${option}=${listen[option]}`;
  });
  const group: ProcessGroup = processGroup(workDir);
  return await stoppedOnFailure(group, async () => {
    const program = programs.path('sealed-secrets-controller');
    const mine = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
    const controller = group.start({
      name: 'sealed-secrets',
      program: '/usr/bin/unshare',
      args: [...mine, '--mount', '--propagation', 'private', '--', '/bin/sh', '-euc', AS_POD, 'sh', folder, program, ...args],
      env: {
        PATH: process.env.PATH ?? '',
        KUBERNETES_SERVICE_HOST: hostname,
        KUBERNETES_SERVICE_PORT: apiPort,
        ...Object.fromEntries(container.env.map((variable) => [variable.name, variable.value])),
      },
    });
    await controller.ready(() => answersOk(`http://${address}:${port}/readyz`));
    return { address, port, stop: () => group.stop() };
  });
}

async function controlPlaneCertificate({ kubectl }: ControlPlane): Promise<string> {
  const config = JSON.parse(await kubectl(['config', 'view', '--raw', '--flatten', '-o', 'json'])) as {
    clusters: [{ cluster: { 'certificate-authority-data': string } }];
  };
  return Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64').toString();
}

/** An address of this computer that others could reach. */
function outwardAddress(): string {
  const found = Object.values(networkInterfaces())
    .flat()
    .find((one) => one && !one.internal && one.family === 'IPv4');
  if (!found) throw new Error("this computer has no IPv4 address but loopback, which the API server's proxy refuses");
  return found.address;
}
