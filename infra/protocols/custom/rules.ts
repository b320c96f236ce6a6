import type { Problem } from '../../model/problem';
import type { PathOf } from '../protocol';
import { scanRuleOf } from '../scan-rule';
import type { CustomMachine } from './settings';

/** One invariant of a machine with a gateway of the plant's own: what is wrong, nothing when all is well. Never throws. */
export type CustomRule = (machine: CustomMachine, pathOf: PathOf) => Problem[];

/** Every point names a scan class that the machine type has: the store is sized by it. */
export const scanRule: CustomRule = scanRuleOf('custom');

/** A string says how long it may be, because the plant broker's store is sized by it; nothing else does. */
export const maxBytesRule: CustomRule = ({ settings }, pathOf) =>
  Object.entries(settings.points).flatMap(([name, { type, maxBytes }]): Problem[] => {
    if ((type === 'string') === (maxBytes !== undefined)) return [];
    const path = pathOf('points', name, 'maxBytes');
    return type === 'string'
      ? [
          {
            rule: 'custom/max-bytes',
            severity: 'error',
            path,
            message: 'is missing: the store of the plant broker is sized by the longest text',
            remedy: 'state the most bytes that the text may have, 1 to 4096',
          },
        ]
      : [
          {
            rule: 'custom/max-bytes',
            severity: 'error',
            path,
            value: maxBytes,
            message: `belongs to a string, and the point is of type ${type}`,
            remedy: 'remove it',
          },
        ];
  });

/** No port is stated twice. A warning: it opens nothing more, but one of the two was meant to be another. */
export const portsRule: CustomRule = ({ settings }, pathOf) =>
  settings.ports.flatMap(({ port, protocol }, index): Problem[] => {
    const first = settings.ports.findIndex((other) => other.port === port && other.protocol === protocol);
    if (first === index) return [];
    return [
      {
        rule: 'custom/ports',
        severity: 'warning',
        path: pathOf('ports', index, 'port'),
        value: port,
        message: `is stated already, for ${settings.ports[first]?.purpose}`,
        remedy: 'correct the port, or remove one of the two',
      },
    ];
  });

/** What is reached beside the machine is not the machine. A warning: it works, but the machine's address stands in two places. */
export const reachesRule: CustomRule = ({ address, settings }, pathOf) =>
  settings.reaches.flatMap((reach, index): Problem[] =>
    reach.address !== address
      ? []
      : [
          {
            rule: 'custom/reaches',
            severity: 'warning',
            path: pathOf('reaches', index, 'address'),
            value: reach.address,
            message: 'is the machine’s own address, which is stated with the machine',
            remedy: 'state the port under ports, which follow the machine’s address',
          },
        ],
  );

/** No Secret takes the name of the gateway's own certificate. */
export const secretNameRule: CustomRule = ({ settings }, pathOf) =>
  Object.keys(settings.secrets)
    .filter((name) => name === 'client-tls')
    .map((name) => ({
      rule: 'custom/secret-name',
      severity: 'error',
      path: pathOf('secrets', name),
      value: name,
      message: 'is the name of the gateway’s own certificate',
      remedy: 'choose another name',
    }));

/** Every rule of the protocol; the order does not matter, since problems are sorted where they are told. */
export const customRules: readonly CustomRule[] = [maxBytesRule, portsRule, reachesRule, scanRule, secretNameRule];
