import { byCodeUnits } from '../../model/order';
import { defineProtocol } from '../protocol';
import { columnDataPoint, rowMs } from '../table/columns';
import { inputs, processors, secrets, shares } from './gateway';
import { filesRules } from './rules';
import { filesSettings } from './settings';

/**
 * Machines that write files of lines to a share, which the node mounts: the gateway itself connects to nothing. For people:
 * docs/protocols/files.md.
 */
export const files = defineProtocol({
  id: 'files',
  title: 'Files on a share',
  settings: filesSettings,
  check: (machine, pathOf) => filesRules.flatMap((rule) => rule(machine, pathOf)),
  conduits: () => [],
  points: ({ settings: { points, linesPerHour } }) =>
    Object.entries(points)
      .map(([name, point]) => columnDataPoint(name, point, rowMs(linesPerHour)))
      .sort((a, b) => byCodeUnits(a.name, b.name)),
  inputs,
  processors,
  secrets,
  shares,
});
