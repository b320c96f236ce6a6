import { milliseconds } from '../../model/duration';
import { byCodeUnits } from '../../model/order';
import { isRefusal } from '../refusal';
import { parseS7Address, type S7Address } from './address';
import type { S7Settings } from './settings';
import { parseS7Type, type S7Type } from './types';

/** A point whose address and type can be read: what the rules of one point look at. */
export interface S7Reading {
  /** Name of the point. */
  readonly name: string;
  readonly address: S7Address;
  readonly type: S7Type;
  /** Name of its scan class, which may not exist. */
  readonly scan: string;
  readonly unit?: string;
}

/** Readings of one scan class that exists. */
export interface S7Scan {
  readonly name: string;
  /** Milliseconds between two readings, 100 to 3 600 000. */
  readonly intervalMs: number;
  /** At least one, ordered by name. */
  readonly readings: readonly S7Reading[];
}

/** What {@link readingsOf} returned for settings that are still in use: rules, points and inputs each ask for it. */
const known = new WeakMap<S7Settings, readonly S7Reading[]>();

/**
 * Points ordered by name; those whose address or type cannot be read are left out (rules say so). Never throws. Settings are read once:
 * they must not be changed afterwards.
 */
export function readingsOf(settings: S7Settings): readonly S7Reading[] {
  const readings = known.get(settings) ?? read(settings);
  known.set(settings, readings);
  return readings;
}

function read(settings: S7Settings): S7Reading[] {
  return Object.entries(settings.points)
    .sort(([a], [b]) => byCodeUnits(a, b))
    .flatMap(([name, point]) => {
      const [address, type] = [parseS7Address(point.address), parseS7Type(point.type)];
      if (isRefusal(address) || isRefusal(type)) return [];
      return [{ name, address, type, scan: point.scan, ...(point.unit === undefined ? {} : { unit: point.unit }) }];
    });
}

/** The scan classes that have readings, the fastest first, then by name. */
export function scansOf(settings: S7Settings): S7Scan[] {
  const readings = readingsOf(settings);
  return Object.entries(settings.scans)
    .map(([name, interval]) => ({ name, intervalMs: milliseconds(interval), readings: readings.filter((r) => r.scan === name) }))
    .filter((scan) => scan.readings.length > 0)
    .sort((a, b) => a.intervalMs - b.intervalMs || byCodeUnits(a.name, b.name));
}
