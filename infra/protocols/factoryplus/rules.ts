import type { Problem } from '../../model/problem';
import type { PathOf } from '../protocol';
import { scanRuleOf } from '../scan-rule';
import type { AgentDevice } from './device';
import type { FactoryPlusMachine } from './settings';

/** One invariant of a machine that an edge agent reads: what is wrong, nothing when all is well. Never throws. */
export type FactoryPlusRule = (machine: FactoryPlusMachine, device: AgentDevice, pathOf: PathOf) => Problem[];

/** Every point names a scan class that the machine type has; the protocols of slices say so themselves. */
export const scanRule: FactoryPlusRule = ({ name, address, settings: { device, scans } }, { slice }, pathOf) =>
  slice
    ? []
    : scanRuleOf('factoryplus')({ name, address, settings: { scans, points: device.points } }, (...steps) => pathOf('device', ...steps));

/**
 * All points are read at one rate. The agent has one time between two readings for a connection, and closes only the last of several
 * connections of one kind when it loads a changed configuration (acs-edge 6.8.1, lib/translator.ts): the others would take connections of
 * the controller until the pod ends.
 */
export const oneRateRule: FactoryPlusRule = ({ settings }, device, pathOf) => {
  const rates = [...new Set(device.points().map(({ scanMs }) => scanMs))].sort((a, b) => a - b);
  const [fastest, ...slower] = rates;
  if (fastest === undefined || slower.length === 0) return [];
  const used = new Set(Object.values(settings.device.points).map(({ scan }) => scan));
  const classes = Object.keys(settings.scans)
    .filter((scan) => used.has(scan))
    .sort();
  return [
    {
      rule: 'factoryplus/one-rate',
      severity: 'error',
      path: pathOf('device', 'points'),
      message: `are in ${classes.length} scan classes (${classes.join(', ')}), and an edge agent reads all points of a machine at one rate`,
      remedy: 'put all points into one scan class: values that do not change are not published again, however often they are read',
    },
  ];
};

/** No two points read the same place: the agent would give values to the later one only (acs-edge 6.8.1, Metrics). */
export const duplicateRule: FactoryPlusRule = ({ settings: { device } }, { connection }, pathOf) => {
  const first = new Map<string, string>();
  return connection().metrics.flatMap(({ name, address, path = '' }): Problem[] => {
    const place = JSON.stringify([address, path]);
    const other = first.get(place);
    if (other === undefined) {
      first.set(place, name);
      return [];
    }
    const setting = device.protocol === 'opcua' ? 'node' : 'address';
    return [
      {
        rule: 'factoryplus/duplicate',
        severity: 'error',
        path: pathOf('device', 'points', name, setting),
        message: `is read by the point ${other} already, and an edge agent gives a place to one point only`,
        remedy: `correct the ${setting === 'node' ? 'node id' : 'address'}, or remove one of the two points`,
      },
    ];
  });
};

/** The figures of a machine are computed from what is said on the plant broker. */
export const oeeRule: FactoryPlusRule = ({ settings: { oee } }, _device, pathOf) =>
  oee
    ? [
        {
          rule: 'factoryplus/oee',
          severity: 'error',
          path: pathOf('oee'),
          message: 'cannot be computed: figures come from the plant broker, and an edge agent publishes to the central broker',
          remedy: 'remove it, or read the machine with a gateway of its protocol',
        },
      ]
    : [];

/** No text of the machine is taken for the name of a secret: the agent would put its content there, and publish it. */
export const secretNamesRule: FactoryPlusRule = ({ settings: { device } }, _device, pathOf) =>
  JSON.stringify(device).includes('__FPSI__')
    ? [
        {
          rule: 'factoryplus/secret-names',
          severity: 'error',
          path: pathOf('device'),
          message: 'holds a text with __FPSI__, in whose place the edge agent puts a secret',
          remedy: 'write the text otherwise; a login is stated under login',
        },
      ]
    : [];

/** Every rule that needs no more than the settings; the order does not matter, since problems are sorted where they are told. */
export const factoryPlusRules: readonly FactoryPlusRule[] = [oeeRule, oneRateRule, scanRule, secretNamesRule];
