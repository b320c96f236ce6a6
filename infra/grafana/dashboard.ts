import type { CentralCluster } from '../model/central-cluster';
import { MEASUREMENT } from '../model/line-protocol';
import { OEE_MEASUREMENT } from '../model/oee';
import { storedSignals } from '../model/rows';
import type { StoredSignal } from '../model/signal';
import { dataSourceId } from './configuration';

/** A query of a panel, in InfluxQL; `$plant`, `$machine`, `$timeFilter` and `$__interval` are Grafana's to fill in. */
export interface PanelQuery {
  readonly database: string;
  readonly query: string;
}

interface Panel {
  readonly title: string;
  readonly type: 'timeseries' | 'state-timeline';
  readonly signal: StoredSignal;
  /** `percent`: a ratio of 0 to 1. */
  readonly unit?: 'percentunit';
  /** Tag that tells lines of one machine apart. */
  readonly by: 'period' | 'point';
  readonly queries: readonly string[];
}

const CHOSEN = '"plant" =~ /^$plant$/ AND "machine" =~ /^$machine$/';

const PANELS: readonly Panel[] = [
  {
    title: 'OEE',
    type: 'timeseries',
    signal: 'oee/v1',
    unit: 'percentunit',
    by: 'period',
    queries: [
      `SELECT last("oee") FROM "${OEE_MEASUREMENT}" WHERE ${CHOSEN} AND $timeFilter GROUP BY time($__interval), "plant", "machine", "period" fill(none)`,
    ],
  },
  {
    title: 'Numbers',
    type: 'timeseries',
    signal: 'data/v1',
    by: 'point',
    queries: ['real', 'integer'].map(
      (field) =>
        `SELECT mean("${field}") FROM "${MEASUREMENT}" WHERE ${CHOSEN} AND $timeFilter GROUP BY time($__interval), "plant", "machine", "point" fill(none)`,
    ),
  },
  {
    title: 'States and texts',
    type: 'state-timeline',
    signal: 'data/v1',
    by: 'point',
    queries: ['boolean', 'string'].map(
      (field) =>
        `SELECT last("${field}") FROM "${MEASUREMENT}" WHERE ${CHOSEN} AND $timeFilter GROUP BY time($__interval), "plant", "machine", "point" fill(none)`,
    ),
  },
  {
    title: 'Quality (192 good, 500 stale, 0 bad)',
    type: 'state-timeline',
    signal: 'data/v1',
    by: 'point',
    queries: [
      `SELECT last("quality") FROM "${MEASUREMENT}" WHERE ${CHOSEN} AND $timeFilter GROUP BY time($__interval), "plant", "machine", "point" fill(none)`,
    ],
  },
];

/** The variables of the dashboard: each offers the values of a tag. */
const VARIABLES = [
  { name: 'plant', query: `SHOW TAG VALUES FROM "${MEASUREMENT}" WITH KEY = "plant"` },
  { name: 'machine', query: `SHOW TAG VALUES FROM "${MEASUREMENT}" WITH KEY = "machine" WHERE "plant" =~ /^$plant$/` },
] as const;

/** Panels of what a centre stores, each with the database that it reads. */
function panels(central: Pick<CentralCluster, 'contract'>) {
  const bucketOf = new Map(storedSignals(central.contract.serves).map(({ signal, bucket }) => [signal, bucket]));
  return PANELS.flatMap((panel) => {
    const database = bucketOf.get(panel.signal);
    return database === undefined ? [] : [{ ...panel, database }];
  });
}

/** Every query of the dashboard, those of its variables included. */
export function dashboardQueries(central: Pick<CentralCluster, 'contract'>): PanelQuery[] {
  const own = panels(central).flatMap(({ database, queries }) => queries.map((query) => ({ database, query })));
  return [...VARIABLES.map(({ query }) => ({ database: 'plant-data', query })), ...own];
}

/** A dashboard of what plants send: machines chosen by plant and name, their data points, and their figures. As Grafana 12 reads it, JSON. */
export function plantsDashboard(central: Pick<CentralCluster, 'contract'>): string {
  const source = (database: string) => ({ type: 'influxdb', uid: dataSourceId(database) });
  const dashboard = {
    uid: 'millwright-plants',
    title: 'Machines',
    tags: ['millwright'],
    editable: false,
    schemaVersion: 39,
    timezone: 'browser',
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: VARIABLES.map(({ name, query }) => ({
        name,
        label: name,
        type: 'query',
        datasource: source('plant-data'),
        query,
        definition: query,
        refresh: 2,
        sort: 1,
        multi: true,
        includeAll: true,
        current: { text: ['All'], value: ['$__all'] },
      })),
    },
    panels: panels(central).map(({ title, type, unit, by, database, queries }, index) => ({
      id: index + 1,
      title,
      type,
      datasource: source(database),
      gridPos: { x: 0, y: index * 9, w: 24, h: 9 },
      fieldConfig: { defaults: { ...(unit ? { unit, min: 0, max: 1 } : {}) }, overrides: [] },
      targets: queries.map((query, number) => ({
        refId: String.fromCharCode(65 + number),
        datasource: source(database),
        rawQuery: true,
        query,
        resultFormat: 'time_series',
        alias: `$tag_plant $tag_machine $tag_${by}`,
      })),
    })),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
