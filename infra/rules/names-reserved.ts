import { RESERVED_OBJECT_NAMES } from '../model/object-names';
import { listed, type Rule } from './rule';

/** A machine's objects must not meet the objects that every zone has. */
export const namesReserved: Rule = {
  id: 'names-reserved',
  invariant: 'No machine bears a name that Millwright or Kubernetes gives to an object of its namespace, or to another user of the broker.',
  check: ({ data }) =>
    Object.entries(data.plants).flatMap(([plant, { machines }]) =>
      Object.keys(machines)
        .filter((name) => RESERVED_OBJECT_NAMES.includes(name))
        .map((name) => ({
          path: ['plants', plant, 'machines', name],
          value: name,
          message: `is reserved, as are ${listed(RESERVED_OBJECT_NAMES)}`,
          remedy: 'choose another name',
        })),
    ),
};
