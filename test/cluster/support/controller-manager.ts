import { join } from 'node:path';
import type { ProcessGroup } from '../../support/process-group';
import type { Programs } from '../programs/build';
import type { Api } from './api';
import type { Credentials } from './credentials';
import { answersOk } from './health';
import { freePort } from './ports';

/** What a controller manager needs. */
export interface ControllerManagerOptions {
  readonly programs: Programs;
  readonly group: ProcessGroup;
  readonly credentials: Credentials;
  readonly kubeconfig: string;
  readonly api: Api;
  /** Seconds without a sign of life until a node counts as lost. */
  readonly nodeGraceSeconds: number;
}

/** Starts kube-controller-manager with all its default controllers and waits until they work. */
export async function startControllerManager(options: ControllerManagerOptions): Promise<void> {
  const { programs, group, credentials, kubeconfig, api, nodeGraceSeconds } = options;
  const port = await freePort();
  const manager = group.start({
    name: 'kube-controller-manager',
    program: programs.path('kube-controller-manager'),
    args: [
      `--kubeconfig=${kubeconfig}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${join(group.workDir, 'controller-manager')}`,
      '--authentication-skip-lookup=true',
      '--use-service-account-credentials=true',
      `--service-account-private-key-file=${credentials.serviceAccountKey}`,
      `--root-ca-file=${credentials.certificateFile}`,
      // Time is compressed: nodes are lost sooner, and the pods of several lost nodes are
      // evicted at once rather than one node in ten seconds. What happens stays the same.
      '--node-monitor-period=1s',
      `--node-monitor-grace-period=${nodeGraceSeconds}s`,
      '--node-eviction-rate=10',
      '--secondary-node-eviction-rate=10',
      // One client for some forty controllers; at the default rate, starting them takes longer.
      '--kube-api-qps=200',
      '--kube-api-burst=400',
    ],
  });
  await manager.ready(() => answersOk(`https://127.0.0.1:${port}/healthz`));
  // Its health says nothing about its controllers: this one must have run before any pod is accepted.
  await manager.ready(() => api.get('/api/v1/namespaces/default/serviceaccounts/default'));
}
