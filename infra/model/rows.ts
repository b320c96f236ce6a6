import type { CentralCluster } from './central-cluster';
import { type Signal, STORED_SIGNALS, type StoredSignal, type StoredSignalFacts } from './signal';

/** Kind of a field in the historian, as Starlark names it. A field has one kind for ever: InfluxDB refuses every other one. */
export type FieldKind = 'bool' | 'int' | 'float' | 'string';

/** What a line of a signal must have to become a row. */
export interface StoredFields {
  /** Fields that readers know, and their kinds. docs/contract.md: a reader passes over others. */
  readonly fields: Readonly<Record<string, FieldKind>>;
  /** Tags without which rows of several things would fall together. */
  readonly needs: readonly string[];
}

/** The lines of each signal that become rows; docs/contract.md, docs/oee.md and docs/logs.md describe them. */
export const STORED_FIELDS: Readonly<Record<StoredSignal, StoredFields>> = {
  'data/v1': { fields: { boolean: 'bool', integer: 'int', real: 'float', string: 'string', quality: 'int' }, needs: ['point'] },
  'oee/v1': {
    fields: {
      availability: 'float',
      begin: 'int',
      final: 'bool',
      good: 'float',
      ignored: 'int',
      oee: 'float',
      performance: 'float',
      planned_stop: 'int',
      quality: 'float',
      running: 'int',
      total: 'float',
      unknown: 'int',
      unplanned_stop: 'int',
    },
    needs: ['period'],
  },
  'logs/v1': { fields: { message: 'string' }, needs: ['namespace', 'pod', 'container'] },
};

/** Where lines go that cannot become rows of their own bucket: as a text, with the reason, at the time at which they came. */
export const REFUSED = { bucket: 'plant-refused', measurement: 'refused' } as const;

/** What the historian keeps of the signals that a centre serves. */
export function storedSignals(serves: readonly Signal[]): StoredSignalFacts[] {
  return STORED_SIGNALS.filter(({ signal }) => serves.includes(signal));
}

/** How long the historian keeps a signal. */
export function keptFor(historian: CentralCluster['historian'], signal: StoredSignal) {
  return { 'data/v1': historian.keepsData, 'oee/v1': historian.keepsFigures, 'logs/v1': historian.keepsLogs }[signal];
}

/** The buckets of the historian and how long each keeps its rows, ordered by name. Refused lines are kept as long as production data. */
export function historianBuckets({ contract, historian }: Pick<CentralCluster, 'contract' | 'historian'>) {
  const stored = storedSignals(contract.serves).map(({ bucket, signal }) => ({ bucket, keeps: keptFor(historian, signal) }));
  return [...stored, { bucket: REFUSED.bucket, keeps: historian.keepsData }].sort((a, b) => (a.bucket < b.bucket ? -1 : 1));
}
