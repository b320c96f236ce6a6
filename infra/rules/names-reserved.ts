import { RESERVED_CLUSTER_NAMES, RESERVED_OBJECT_NAMES } from '../model/object-names';
import type { PathStep } from '../model/path';
import { edgeClustersOf } from './edge-clusters';
import { listed, type Rule } from './rule';

/** A machine's objects must not meet the objects that every zone has. */
export const namesReserved: Rule = {
  id: 'names-reserved',
  invariant:
    'No machine bears a name that Millwright or Kubernetes gives to an object of its namespace, or to another user of the broker; no plant or cluster of soft gateways one that would let it administer principals of Kerberos itself.',
  check: (context) =>
    edgeClustersOf(context).flatMap(({ cluster, stated, at, machinesAt }) => {
      const reserved = (names: readonly string[], path: PathStep[], name: string) =>
        names.includes(name) ? [{ path, value: name, message: `is reserved, as are ${listed(names)}`, remedy: 'choose another name' }] : [];
      return [
        ...reserved(RESERVED_CLUSTER_NAMES, at(), cluster.name),
        ...Object.keys(stated.machines).flatMap((name) => reserved(RESERVED_OBJECT_NAMES, machinesAt(name), name)),
      ];
    }),
};
