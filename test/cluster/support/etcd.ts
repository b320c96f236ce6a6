import { join } from 'node:path';
import type { ProcessGroup } from '../../support/process-group';
import type { Programs } from '../programs/build';
import { answersOk } from './health';
import { freePort } from './ports';

/** Starts a single etcd with an empty store, waits until it serves and returns its address. */
export async function startEtcd(programs: Programs, group: ProcessGroup): Promise<string> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const peers = `http://127.0.0.1:${await freePort()}`;
  const etcd = group.start({
    name: 'etcd',
    program: programs.path('etcd'),
    args: [
      '--name=only',
      `--data-dir=${join(group.workDir, 'etcd')}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peers}`,
      `--initial-advertise-peer-urls=${peers}`,
      `--initial-cluster=only=${peers}`,
      // The store is thrown away with the test, so waiting for the disk would only cost time.
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
  });
  await etcd.ready(() => answersOk(`${url}/health`));
  return url;
}
