import type { k8s } from 'cdk8s-plus-27';
import { HISTORIAN_TOKENS, type TokenHolder } from '../../infra/influxdb/setup';
import { componentAddress } from '../../infra/model/central-components';
import { CENTRAL_MOUNTS, HISTORIAN } from '../../infra/model/central-services';
import type { FurtherContainer, Mount } from '../kube/pod';
import { HISTORIAN_TLS } from './historian';
import type { TrustsPublicNames } from './public-authority';

/** File with the certificates that sign that of the historian, where {@link HISTORIAN_AUTHORITY} is mounted. */
export const HISTORIAN_AUTHORITY_FILE = `${CENTRAL_MOUNTS.tls}/ca.crt`;

/** The certificates that sign that of the historian, without the historian's key. */
export const HISTORIAN_AUTHORITY: Mount = {
  name: 'historian-ca',
  path: CENTRAL_MOUNTS.tls,
  from: { secret: HISTORIAN_TLS, items: { 'ca.crt': 'ca.crt' } },
};

/** URL of the historian. */
export function historianUrl(): string {
  const { host, port } = componentAddress(HISTORIAN.name, 'https');
  return `https://${host}:${port}`;
}

/** A variable with the token of a program, which the historian's setup makes: the pod starts once it is there. */
export function historianToken(holder: TokenHolder, variable: string): k8s.EnvVar {
  return { name: variable, valueFrom: { secretKeyRef: { name: HISTORIAN_TOKENS, key: holder } } };
}

/** Where the certificates of several authorities lie in one file. */
const TOGETHER = { name: 'authorities', path: '/run/authorities', file: '/run/authorities/ca.crt' } as const;

/**
 * What makes a program of Node.js trust the historian, beside whoever signs the public names: Node.js takes one file of further authorities,
 * so that two of them are put together before it starts.
 */
export function trustingHistorian(trust: TrustsPublicNames): {
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly before: readonly FurtherContainer[];
} {
  const other = trust.env.NODE_EXTRA_CA_CERTS;
  if (other === undefined) {
    return { env: { NODE_EXTRA_CA_CERTS: HISTORIAN_AUTHORITY_FILE }, mounts: [HISTORIAN_AUTHORITY], before: [] };
  }
  const together: Mount = { name: TOGETHER.name, path: TOGETHER.path, from: { scratchMiB: 1 } };
  return {
    env: { NODE_EXTRA_CA_CERTS: TOGETHER.file },
    mounts: [together],
    before: [
      {
        name: TOGETHER.name,
        command: ['/bin/sh', '-ec', `cat "$@" > ${TOGETHER.file}`, 'sh', HISTORIAN_AUTHORITY_FILE, other],
        mounts: [HISTORIAN_AUTHORITY, ...trust.mounts, together],
      },
    ],
  };
}
