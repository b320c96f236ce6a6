import type { DataPoint } from '../model/data-point';
import { dataTopic } from '../model/data-topic';
import type { Machine } from '../model/machine';
import { oeeTopic } from '../model/oee';
import { STORED_SIGNALS } from '../model/signal';
import type { MachineEntry, PointEntry, PointsEntry } from './application-machine';
import { factoryPlusUuid } from './uuid';

/**
 * The most bytes of JSON that the data points of one entry have. acs-configdb 6.8.1 takes no body of more than 100 kB (BODY_LIMIT of its
 * chart), and a machine may have a hundred thousand points.
 */
export const PAGE_BYTES = 60_000;

/** Id of a machine. */
export function machineUuid(realm: string, plant: string, machine: string): string {
  return factoryPlusUuid(realm, 'machine', plant, machine);
}

/** What is said of a machine. */
export function machineEntry(plant: { readonly name: string; readonly uuid: string }, machine: Machine): MachineEntry {
  const stored = STORED_SIGNALS.find(({ signal }) => signal === 'data/v1');
  if (!stored) throw new Error('production data is not stored');
  return {
    name: machine.name,
    plant: plant.uuid,
    type: machine.type,
    protocol: machine.protocol,
    ...(machine.description === undefined ? {} : { description: machine.description }),
    topics: {
      data: dataTopic(plant.name, machine.name),
      ...(machine.oee === undefined ? {} : { figures: oeeTopic(plant.name, machine.name) }),
    },
    historian: { bucket: stored.bucket, measurement: stored.measurement },
    points: machine.points.length,
  };
}

/**
 * A machine's data points, in pages that an entry can hold: object → what it says. The first page is on the machine itself, and there is
 * always one.
 */
export function pointsPages(realm: string, plant: string, machine: Machine): Readonly<Record<string, PointsEntry>> {
  const own = machineUuid(realm, plant, machine.name);
  const idOf = (page: number) => (page === 1 ? own : factoryPlusUuid(realm, 'machine-points', plant, machine.name, String(page)));
  const pages = inPages([...machine.points].sort((a, b) => (a.name < b.name ? -1 : 1)).map(pointEntry));
  return Object.fromEntries(
    pages.map((points, index) => [
      idOf(index + 1),
      { machine: own, page: index + 1, points, ...(index + 1 < pages.length ? { next: idOf(index + 2) } : {}) },
    ]),
  );
}

function pointEntry({ name, valueType, sourceType, unit, scanMs }: DataPoint): PointEntry {
  return { name, valueType, sourceType, ...(unit === undefined ? {} : { unit }), scanMs };
}

function inPages(points: readonly PointEntry[]): PointEntry[][] {
  const pages: PointEntry[][] = [[]];
  let bytes = 0;
  for (const point of points) {
    const size = new TextEncoder().encode(JSON.stringify(point)).length + 1;
    if (bytes > 0 && bytes + size > PAGE_BYTES) {
      pages.push([]);
      bytes = 0;
    }
    pages.at(-1)?.push(point);
    bytes += size;
  }
  return pages;
}
