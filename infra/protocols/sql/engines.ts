/** Database engines that the gateway reads. */
export const ENGINES = ['mysql', 'mariadb', 'postgresql', 'sqlserver'] as const;

/** @see {@link ENGINES} */
export type Engine = (typeof ENGINES)[number];

/** How a time stands in a column: a date and time in UTC or with a zone, or whole seconds or milliseconds since 1970-01-01 UTC. */
export const TIME_FORMATS = ['datetime', 'unix', 'unix-ms'] as const;

/** @see {@link TIME_FORMATS} */
export type TimeFormat = (typeof TIME_FORMATS)[number];

/** What the engines have in common, and where they differ. */
export interface EngineFacts {
  readonly port: number;
  /** Telegraf's name of the driver (plugins/inputs/sql/drivers.go, 1.37.2). */
  readonly driver: 'mysql' | 'pgx' | 'sqlserver';
  /** A name as the engine quotes it, whatever is in it. */
  quoted(name: string): string;
  /** What a time column holds `seconds` before the database's own now. */
  since(seconds: number, format: TimeFormat): string;
  /** Whether the engine wants the limit before the columns (`TOP`) or at the end (`LIMIT`). */
  readonly limit: 'first' | 'last';
  /** How texts and names are quoted in a statement, for finding its end. */
  readonly quotes: { readonly marks: readonly string[]; readonly backslash: boolean; readonly hashComments: boolean };
}

const doubled = (mark: string) => (name: string) => `${mark}${name.replaceAll(mark, mark + mark)}${mark}`;

const UNIX_FACTOR = { unix: 1, 'unix-ms': 1000 } as const;

const MYSQL: EngineFacts = {
  port: 3306,
  driver: 'mysql',
  quoted: doubled('`'),
  since: (seconds, format) =>
    format === 'datetime' ? `UTC_TIMESTAMP(6) - INTERVAL ${seconds} SECOND` : `(UNIX_TIMESTAMP() - ${seconds}) * ${UNIX_FACTOR[format]}`,
  limit: 'last',
  quotes: { marks: ["'", '"', '`'], backslash: true, hashComments: true },
};

const FACTS: Record<Engine, EngineFacts> = {
  mysql: MYSQL,
  mariadb: MYSQL,
  postgresql: {
    port: 5432,
    driver: 'pgx',
    quoted: doubled('"'),
    since: (seconds, format) =>
      format === 'datetime'
        ? `now() - interval '${seconds} seconds'`
        : `(floor(extract(epoch from now()))::bigint - ${seconds}) * ${UNIX_FACTOR[format]}`,
    limit: 'last',
    quotes: { marks: ["'", '"'], backslash: false, hashComments: false },
  },
  sqlserver: {
    port: 1433,
    driver: 'sqlserver',
    quoted: (name) => `[${name.replaceAll(']', ']]')}]`,
    since: (seconds, format) =>
      format === 'datetime'
        ? `DATEADD(second, -${seconds}, SYSUTCDATETIME())`
        : `(DATEDIFF_BIG(second, '1970-01-01', SYSUTCDATETIME()) - ${seconds}) * ${UNIX_FACTOR[format]}`,
    limit: 'first',
    quotes: { marks: ["'", '"', '['], backslash: false, hashComments: false },
  },
};

/** The facts of an engine. */
export function engineFacts(engine: Engine): EngineFacts {
  return FACTS[engine];
}
