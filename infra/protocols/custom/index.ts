import type { OwnContainer } from '../../model/container';
import type { DataPoint } from '../../model/data-point';
import { milliseconds } from '../../model/duration';
import { defineProtocol } from '../protocol';
import { customRules } from './rules';
import { type CustomSettings, customSettings } from './settings';

/**
 * Machines whose gateway is a program of the plant's own: it reads the machine as only it can, and publishes to the plant broker by
 * itself. What it is told and what it must keep to is in docs/protocols/custom.md.
 */
export const custom = defineProtocol({
  id: 'custom',
  title: 'Gateway of the plant’s own',
  settings: customSettings,
  check: (machine, pathOf) => customRules.flatMap((rule) => rule(machine, pathOf)),
  conduits: ({ settings }) => settings.ports.map(({ port, protocol, purpose }) => ({ protocol, port, purpose })),
  points: ({ settings }) => points(settings),
  inputs: () => [],
  program: ({ settings }) => program(settings),
});

/** Points whose scan class exists, ordered by name. */
function points({ points, scans }: CustomSettings): DataPoint[] {
  return Object.entries(points)
    .flatMap(([name, { type, unit, scan, maxBytes }]): DataPoint[] => {
      const interval = Object.hasOwn(scans, scan) ? scans[scan] : undefined;
      if (interval === undefined) return [];
      return [
        {
          name,
          valueType: type,
          sourceType: type,
          ...(unit === undefined ? {} : { unit }),
          scanMs: milliseconds(interval),
          ...(maxBytes === undefined ? {} : { maxBytes }),
        },
      ];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function program({ image, args, env, resources, secrets, reaches, health, scratchMiB }: CustomSettings): OwnContainer {
  return { image, args, env, resources, secrets, reaches, health, scratchMiB };
}
