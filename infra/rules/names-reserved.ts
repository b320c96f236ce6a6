import { RESERVED_CLUSTER_NAMES, RESERVED_OBJECT_NAMES } from '../model/object-names';
import { listed, type Rule } from './rule';

/** A machine's objects must not meet the objects that every zone has. */
export const namesReserved: Rule = {
  id: 'names-reserved',
  invariant:
    'No machine bears a name that Millwright or Kubernetes gives to an object of its namespace, or to another user of the broker; no plant one that would let it administer principals of Kerberos itself.',
  check: ({ data }) =>
    Object.entries(data.plants).flatMap(([plant, { machines }]) => {
      const reserved = (names: readonly string[], path: readonly string[], name: string) =>
        names.includes(name)
          ? [{ path: [...path, name], value: name, message: `is reserved, as are ${listed(names)}`, remedy: 'choose another name' }]
          : [];
      return [
        ...reserved(RESERVED_CLUSTER_NAMES, ['plants'], plant),
        ...Object.keys(machines).flatMap((name) => reserved(RESERVED_OBJECT_NAMES, ['plants', plant, 'machines'], name)),
      ];
    }),
};
