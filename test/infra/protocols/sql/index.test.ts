import { sql } from '../../../../infra/protocols/sql/index';
import { sqlSettings } from '../../../../infra/protocols/sql/settings';
import { KILN, machineOf, PEM, told } from './machine';

describe('a machine with an SQL database', () => {
  test('nothing is wrong with the typical kiln', () => {
    expect(told({})).toEqual([]);
  });

  test('it is reached at the usual port of its engine, or at the one that is stated', () => {
    expect(sql.conduits(machineOf())).toEqual([{ protocol: 'TCP', port: 3306, purpose: 'SQL (mariadb)' }]);
    const ports = ['mysql', 'postgresql', 'sqlserver'].map((engine) => sql.conduits(machineOf({ engine }))[0]?.port);
    expect(ports).toEqual([3306, 5432, 1433]);
    expect(sql.conduits(machineOf({ port: 3307 }))[0]?.port).toBe(3307);
  });

  test('points are told by name; those of a log come as often as rows are written', () => {
    expect(sql.points(machineOf())).toEqual([
      { name: 'good', valueType: 'boolean', sourceType: 'boolean', scanMs: 6000 },
      { name: 'serial', valueType: 'string', sourceType: 'text', scanMs: 6000, maxBytes: 20 },
      { name: 'state', valueType: 'integer', sourceType: 'integer', scanMs: 1000 },
      { name: 'temperature', valueType: 'real', sourceType: 'real', unit: '°C', scanMs: 1000 },
    ]);
    const plain = { points: { text: { from: 'parts', column: 'serial', type: 'text' }, state: KILN.points.state } };
    expect(sql.points(machineOf(plain)).find(({ name }) => name === 'text')?.maxBytes).toBe(255);
  });

  test('it asks for one login, in the forms that a data source name takes', () => {
    expect(sql.secrets?.(machineOf())).toEqual([
      {
        id: 'login',
        purpose: 'user of the database of kiln-1 that may only read',
        content: { kind: 'login', purpose: 'user of the database of kiln-1 that may only read' },
        keys: ['password', 'username', 'password_url', 'username_url'],
      },
    ]);
  });

  test('its authority is a file; the MySQL driver cannot be told a file, so that the process trusts it', () => {
    expect(sql.files?.(machineOf())).toEqual([{ id: 'authority.pem', text: PEM, trusted: true }]);
    expect(sql.files?.(machineOf({ engine: 'postgresql' }))).toEqual([{ id: 'authority.pem', text: PEM, trusted: false }]);
    expect(sql.files?.(machineOf({ tls: { mode: 'off', reason: 'Old' } }))).toEqual([]);
  });
});

describe('what is wrong with a machine type is told', () => {
  const { state } = KILN.points;
  test.each<[string, object, string[]]>([
    [
      'a point of a source that does not exist',
      { points: { ...KILN.points, state: { ...state, from: 'stat' }, again: state } },
      [
        'error sql/source points.state.from: "stat" is no state or log of this machine type; it has parts, state; write one of them, or add it under states or logs',
      ],
    ],
    [
      'a source without points',
      { points: { state } },
      ['warning sql/source logs.parts: has no point, and is not read; give one of its columns a point, or remove it'],
    ],
    [
      'a state and a log of one name',
      { states: { ...KILN.states, parts: KILN.states.state } },
      ['error sql/source states.parts: is also the name of a log; give one of them another name'],
    ],
    [
      'a scan class that does not exist',
      { states: { state: { ...KILN.states.state, scan: 'quick' } } },
      [
        'error sql/scan states.state.scan: "quick" is not a scan class of this machine type; it has fast, normal, slow; write one of them, or add the scan class under scans',
      ],
    ],
    [
      'two statements',
      { states: { state: { query: 'SELECT 1; DROP TABLE x' } } },
      [
        'error sql/statement states.state.query: "SELECT 1; DROP TABLE x" has a semicolon; write one statement without a semicolon; give a second one a table of its own',
      ],
    ],
    [
      'a column that two points read',
      { points: { ...KILN.points, zone: state } },
      [
        'warning sql/duplicate points.zone.column: "state" is read by the point state already; correct the column, or remove one of the two points',
      ],
    ],
    [
      'a length of what is no text',
      { points: { ...KILN.points, state: { ...state, maxBytes: 4 } } },
      [
        'error sql/text-length points.state.maxBytes: 4 is a length, and the point is of the type integer; only a text has a length; remove it, or write the type text',
      ],
    ],
    [
      'more rows than a scan may bring',
      { logs: { parts: { ...KILN.logs.parts, rowsPerHour: 1000, lookBack: '1d' } } },
      [
        'error sql/look-back logs.parts.lookBack: "1d" spans 24000 rows at 1000 an hour, and every scan reads them all; at most 20000 are allowed; shorten it, or have the machine write fewer rows',
      ],
    ],
    [
      'a look back of few scans',
      { logs: { parts: { ...KILN.logs.parts, lookBack: '1min' } } },
      [
        'error sql/look-back logs.parts.lookBack: "1min" is shorter than four scans of 30 s; a row that is missed once would be lost; lengthen it, or read it in a faster scan class',
      ],
    ],
    [
      'a timeout of many scans',
      { timeout: '20s' },
      [
        'warning sql/timeout timeout: "20s" is more than ten scans of state, which is read every 1000 ms; a database that hangs costs so many readings before anybody is told; shorten it, or read it in a slower scan class',
      ],
    ],
    [
      'a connection in clear',
      { tls: { mode: 'off', reason: 'Built in 2006' } },
      [
        'warning sql/tls tls.mode: "off" leaves the data, and with some engines the password, in clear on the machine network (Built in 2006); let the server show a certificate and write { mode: verify, authority: … }',
      ],
    ],
    [
      'a server that is believed',
      { tls: { mode: 'encrypt', reason: 'Own certificate' } },
      [
        'warning sql/tls tls.mode: "encrypt" encrypts, but believes whoever answers at the machine\'s address (Own certificate); let the server show a certificate and write { mode: verify, authority: … }',
      ],
    ],
  ])('%s', (_, raw, sentences) => {
    expect(told(raw)).toEqual(sentences);
  });

  test.each<[string, object, string]>([
    ['TLS off without a reason', { tls: { mode: 'off' } }, 'tls.reason'],
    ['no word on TLS', { tls: undefined }, 'tls'],
    ['a log without a time', { logs: { parts: { ...KILN.logs.parts, time: undefined } } }, 'logs.parts.time'],
    ['a log whose rows have no number', { logs: { parts: { ...KILN.logs.parts, id: undefined } } }, 'logs.parts.id'],
    ['a query of two lines', { states: { state: { query: 'SELECT 1\nFROM x' } } }, 'states.state.query'],
    ['a type that there is not', { points: { state: { ...state, type: 'INT' } } }, 'points.state.type'],
    ['no point', { points: {} }, 'points'],
    ['a certificate that is none', { tls: { mode: 'verify', authority: 'x' } }, 'tls.authority'],
  ])('%s is refused where it stands', (_, raw, path) => {
    const { error } = sqlSettings.safeParse({ ...KILN, ...raw });
    expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});
