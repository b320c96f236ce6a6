import { milliseconds } from '../../model/duration';
import { byCodeUnits } from '../../model/order';
import { isRefusal } from '../refusal';
import { type NodeId, parseNodeId } from './node-id';
import type { OpcUaSettings } from './settings';
import { type OpcUaType, parseOpcUaType } from './types';

/** A point whose node id and type can be read: what the rules of one point look at. */
export interface OpcUaReading {
  /** Name of the point. */
  readonly name: string;
  readonly node: NodeId;
  /** Its type; for texts with the most bytes that the point lets through. */
  readonly type: OpcUaType;
  /** Name of its scan class, which may not exist. */
  readonly scan: string;
  readonly unit?: string;
}

/** Readings of one scan class that exists. */
export interface OpcUaScan {
  readonly name: string;
  /** Milliseconds between two readings, 100 to 3 600 000. */
  readonly intervalMs: number;
  /** At least one, ordered by name. */
  readonly readings: readonly OpcUaReading[];
}

/** Points ordered by name; those whose node id or type cannot be read are left out (rules say so). Never throws. */
export function readingsOf(settings: OpcUaSettings): OpcUaReading[] {
  return Object.entries(settings.points)
    .sort(([a], [b]) => byCodeUnits(a, b))
    .flatMap(([name, { node: nodeText, type: typeText, maxBytes, scan, unit }]) => {
      const [node, type] = [parseNodeId(nodeText), parseOpcUaType(typeText)];
      if (isRefusal(node) || isRefusal(type)) return [];
      const bounded = type.name === 'String' && maxBytes !== undefined ? { ...type, maxBytes } : type;
      return [{ name, node, type: bounded, scan, ...(unit === undefined ? {} : { unit }) }];
    });
}

/** The scan classes that have readings, the fastest first, then by name. */
export function scansOf(settings: OpcUaSettings): OpcUaScan[] {
  const readings = readingsOf(settings);
  return Object.entries(settings.scans)
    .map(([name, interval]) => ({ name, intervalMs: milliseconds(interval), readings: readings.filter((r) => r.scan === name) }))
    .filter((scan) => scan.readings.length > 0)
    .sort((a, b) => a.intervalMs - b.intervalMs || byCodeUnits(a.name, b.name));
}
