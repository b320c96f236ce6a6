import type { HardenedPodProps } from './pod';

/** User `node` of the images of ACS 6.8.1. */
export const NODE_USER = 1000;

/** Where files lie in the containers of ACS 6.8.1. */
export const ACS_MOUNTS = { kerberos: '/config/krb5-conf', keytabs: '/keytabs', scratch: '/tmp', varScratch: '/var/tmp' } as const;

/** Program that gets a ticket with a keytab and then runs another one with it (ACS 6.8.1). */
export const K5START = '/usr/bin/k5start';

/** Share of a container's memory that Node.js may fill with objects; code, buffers and k5start take the rest. */
const HEAP_SHARE = 0.7;

/** Variable with which Node.js keeps to its share of a container's memory. */
export function nodeOptions(limitMiB: number): { readonly NODE_OPTIONS: string } {
  return { NODE_OPTIONS: `--max-old-space-size=${Math.floor(limitMiB * HEAP_SHARE)}` };
}

/** Nodes that run the images of ACS 6.8.1 for the centre and for operators, which are built for one architecture only. */
export const ACS_AFFINITY: NonNullable<HardenedPodProps['affinity']> = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] }] }],
    },
  },
};

/** What programs of ACS 6.8.1 write to their logs: everything, but for what they do with tokens and the services that they look for. */
export const ACS_VERBOSE = 'ALL,!service,!token';
