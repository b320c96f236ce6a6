import { mkdir, readFile } from 'node:fs/promises';
import { processGroup, stoppedOnFailure } from '../../support/process-group';
import type { Programs } from '../programs/build';
import type { Api } from './api';
import { connectApi } from './api';
import { startApiServer } from './api-server';
import { startControllerManager } from './controller-manager';
import { makeCredentials } from './credentials';
import { startEtcd } from './etcd';
import type { Kubectl } from './kubectl';
import { kubectlFor } from './kubectl';
import { startScheduler } from './scheduler';

/** What to start, and where. */
export interface ControlPlaneOptions {
  readonly programs: Programs;
  /** Existing folder for data, credentials and logs; one control plane each. */
  readonly workDir: string;
  /** Whether pods get a node. @default true */
  readonly scheduler?: boolean;
  /** Whether Deployments get pods, namespaces their service account, lost nodes their taint … @default true */
  readonly controllerManager?: boolean;
  /**
   * Seconds without a sign of life until a node counts as lost. Kubernetes takes 50; KWOK renews every 2.
   * @default 16
   */
  readonly nodeGraceSeconds?: number;
}

/** A real Kubernetes control plane on loopback, without any node. */
export interface ControlPlane {
  readonly programs: Programs;
  readonly workDir: string;
  /** Path of an administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** Address of the API server, https. */
  readonly url: string;
  readonly kubectl: Kubectl;
  readonly api: Api;
  /** Applies objects on the server's side, in the order given; throws when one or more are refused. */
  apply(...objects: readonly object[]): Promise<void>;
  /** Ends all its processes. */
  stop(): Promise<void>;
}

/** Starts a control plane and waits until it can be used; throws with the failing part's last log lines. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { programs, workDir, scheduler = true, controllerManager = true, nodeGraceSeconds = 16 } = options;
  await mkdir(workDir, { recursive: true });
  const group = processGroup(workDir);
  return await stoppedOnFailure(group, async () => {
    const credentials = await makeCredentials(workDir);
    const etcd = await startEtcd(programs, group);
    const url = await startApiServer({ programs, group, credentials, etcd, serviceAccounts: controllerManager });

    const kubeconfig = await credentials.kubeconfig('admin', url);
    const kubectl = kubectlFor(programs, kubeconfig, workDir);
    const api = connectApi(url, credentials.adminToken, await readFile(credentials.certificateFile, 'utf8'));

    const parts: Promise<void>[] = [];
    if (scheduler) {
      parts.push(startScheduler(programs, group, await credentials.kubeconfig('system:kube-scheduler', url)));
    }
    if (controllerManager) {
      const own = await credentials.kubeconfig('system:kube-controller-manager', url);
      parts.push(startControllerManager({ programs, group, credentials, kubeconfig: own, api, nodeGraceSeconds }));
    }
    await Promise.all(parts);

    return {
      programs,
      workDir,
      kubeconfig,
      url,
      kubectl,
      api,
      async apply(...objects) {
        const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
        await kubectl(['apply', '--server-side', '--field-manager=cluster-test', '-f', '-'], { stdin });
      },
      async stop() {
        api.close();
        await group.stop();
      },
    };
  });
}
