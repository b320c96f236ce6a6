import type { ProcessGroup } from '../../support/process-group';
import type { Programs } from '../programs/build';
import type { Credentials } from './credentials';
import { answersOk } from './health';
import { freePort } from './ports';

/** What an API server needs. */
export interface ApiServerOptions {
  readonly programs: Programs;
  readonly group: ProcessGroup;
  readonly credentials: Credentials;
  /** Address of its etcd. */
  readonly etcd: string;
  /** Whether something makes each namespace's service account, without which pods are refused. */
  readonly serviceAccounts: boolean;
}

/** Starts kube-apiserver on loopback with RBAC and its default admission plugins; returns its address. */
export async function startApiServer(options: ApiServerOptions): Promise<string> {
  const { programs, group, credentials, etcd, serviceAccounts } = options;
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const server = group.start({
    name: 'kube-apiserver',
    program: programs.path('kube-apiserver'),
    args: [
      `--etcd-servers=${etcd}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      // An Endpoints object may not hold a loopback address, and nothing here looks for it.
      '--endpoint-reconciler-type=none',
      `--cert-dir=${credentials.certificateFolder}`,
      `--token-auth-file=${credentials.tokenFile}`,
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-key-file=${credentials.serviceAccountPublicKey}`,
      `--service-account-signing-key-file=${credentials.serviceAccountKey}`,
      '--service-cluster-ip-range=10.96.0.0/16',
      // As on every real cluster: a privileged pod must be refused by Pod Security, not by this switch.
      '--allow-privileged=true',
      ...(serviceAccounts ? [] : ['--disable-admission-plugins=ServiceAccount']),
    ],
  });
  await server.ready(() => answersOk(`${url}/readyz`));
  return url;
}
