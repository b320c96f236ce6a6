import type { ProcessGroup } from '../../support/process-group';
import type { Programs } from '../programs/build';
import { answersOk } from './health';
import { freePort } from './ports';

/** Starts kube-scheduler with its default profile and waits until it works. */
export async function startScheduler(programs: Programs, group: ProcessGroup, kubeconfig: string): Promise<void> {
  const port = await freePort();
  const scheduler = group.start({
    name: 'kube-scheduler',
    program: programs.path('kube-scheduler'),
    args: [
      `--kubeconfig=${kubeconfig}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      '--authentication-skip-lookup=true',
    ],
  });
  await scheduler.ready(() => answersOk(`https://127.0.0.1:${port}/healthz`));
}
