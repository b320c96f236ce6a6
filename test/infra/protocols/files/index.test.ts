import { type PathStep, problemText } from '../../../../infra/model/problem';
import { files } from '../../../../infra/protocols/files/index';
import { type FilesMachine, filesSettings } from '../../../../infra/protocols/files/settings';

/** The typical use: a saw that writes a file a day to its own share. */
const SAW = {
  protocol: 'files',
  share: { kind: 'nfs', path: '/export/saw' },
  files: 'logs/*.csv',
  decimal: ',',
  time: { columns: ['day', 'clock'], format: 'dd.MM.yyyy HH:mm:ss', zone: 'Europe/Berlin' },
  linesPerHour: 600,
  points: {
    weight: { column: 'weight', type: 'real', unit: 'kg' },
    part: { column: 'part', type: 'text' },
  },
};

const machineOf = (raw: object = {}): FilesMachine => ({
  name: 'saw-1',
  address: '10.20.1.43',
  settings: filesSettings.parse({ ...SAW, ...raw }),
});
const told = (raw: object) =>
  files
    .check(machineOf(raw), (...steps: PathStep[]) => steps)
    .map((problem) => `${problem.severity} ${problem.rule} ${problemText(problem)}`);
const constants = (raw: object = {}) => files.processors?.(machineOf(raw))[0]?.settings.constants as Record<string, unknown>;

describe('a machine that writes files', () => {
  test('nothing is wrong with the typical saw', () => {
    expect(told({})).toEqual([]);
  });

  test('the gateway reads every file from its beginning after a start, and waits for the plant broker', () => {
    expect(files.inputs(machineOf())).toEqual([
      {
        plugin: 'tail',
        settings: {
          alias: 'saw-1/slow',
          interval: '30s',
          files: ['/run/machine-files/saw-1/logs/*.csv'],
          initial_read_offset: 'beginning',
          watch_method: 'poll',
          max_undelivered_lines: 400,
          character_encoding: 'utf-8',
          path_tag: 'path',
          name_override: 'files:line',
          data_format: 'grok',
          grok_patterns: ['%{GREEDYDATA:line}'],
        },
        points: ['part', 'weight'],
        ownTimes: true,
      },
    ]);
  });

  test('the script is told what the model says, in no other way than as constants', () => {
    expect(constants()).toEqual({
      columns: [],
      delimiter: ';',
      time_columns: ['day', 'clock'],
      layout: '02.01.2006 15:04:05',
      zone: 'Europe/Berlin',
      DECIMAL: ',',
      points: [
        { point: 'part', column: 'part', type: 'text', kind: 'string', most: 255, unit: '' },
        { point: 'weight', column: 'weight', type: 'real', kind: 'real', most: 255, unit: 'kg' },
      ],
    });
    expect(constants({ delimiter: 'tab', time: { columns: ['at'], format: 'unix-ms' } })).toMatchObject({
      delimiter: '\t',
      layout: 'unix-ms',
    });
    expect(constants({ time: { columns: ['at'] } })).toMatchObject({ layout: '2006-01-02T15:04:05Z07:00', zone: 'UTC' });
  });

  test('it connects to nothing; the node mounts the share, read-only, from the machine or from a server', () => {
    expect(files.conduits(machineOf())).toEqual([]);
    const mountPath = '/run/machine-files/saw-1';
    expect(files.shares?.(machineOf())).toEqual([{ kind: 'nfs', server: '10.20.1.43', path: '/export/saw', mountPath, readOnly: true }]);
    expect(files.secrets?.(machineOf())).toEqual([]);
    const smb = machineOf({ share: { kind: 'smb', server: '10.20.1.50', path: 'saw/logs' } });
    expect(files.shares?.(smb)).toEqual([
      { kind: 'smb', server: '10.20.1.50', path: 'saw/logs', mountPath, readOnly: true, secret: 'share-login' },
    ]);
    expect(files.secrets?.(smb)).toMatchObject([{ id: 'share-login', content: { kind: 'login' }, keys: ['password', 'username'] }]);
  });

  test('points are told by name, and come as often as lines are written', () => {
    expect(files.points(machineOf())).toEqual([
      { name: 'part', valueType: 'string', sourceType: 'text', scanMs: 6000, maxBytes: 255 },
      { name: 'weight', valueType: 'real', sourceType: 'real', unit: 'kg', scanMs: 6000 },
    ]);
  });
});

describe('what is wrong with a machine type is told', () => {
  const [, clock] = SAW.time.columns;
  test.each<[string, object, string[]]>([
    [
      'a column that the files do not have',
      { columns: ['day', 'clock', 'weight'] },
      ['error files/column points.part.column: "part" is not a column of the files; they have day, clock, weight; write one of them'],
    ],
    [
      'a column that is named twice',
      { columns: ['day', clock, 'weight', 'part', clock] },
      ['error files/column columns[4]: "clock" names a second column; give each column a name of its own'],
    ],
    [
      'a time that no column has',
      { columns: ['day', 'weight', 'part'] },
      ['error files/column time.columns[1]: "clock" is not a column of the files; they have day, weight, part; write one of them'],
    ],
    [
      'a comma for two things',
      { delimiter: ',' },
      [
        'error files/decimal decimal: "," is also the mark between the cells of a line; correct the delimiter, which is a semicolon in most files with decimal commas',
      ],
    ],
    [
      'a column that two points read',
      { points: { ...SAW.points, again: SAW.points.weight } },
      [
        'warning files/duplicate points.weight.column: "weight" is read by the point again already; correct the column, or remove one of the two points',
      ],
    ],
    [
      'a scan class that does not exist',
      { scan: 'daily' },
      [
        'error files/scan scan: "daily" is not a scan class of this machine type; it has fast, normal, slow; write one of them, or add the scan class under scans',
      ],
    ],
    [
      'a length of what is no text',
      { points: { ...SAW.points, weight: { ...SAW.points.weight, maxBytes: 4 } } },
      [
        'error files/text-length points.weight.maxBytes: 4 is a length, and the point is of the type real; only a text has a length; remove it, or write the type text',
      ],
    ],
    [
      'a format of times that is none, in a zone that is none',
      { time: { ...SAW.time, format: 'yyyy-MM-dd', zone: 'Europe/Leeds' } },
      [
        'error files/time time.format: "yyyy-MM-dd" does not say HH, mm, ss; write iso, unix, unix-ms, or a format such as yyyy-MM-dd HH:mm:ss or dd.MM.yyyy HH:mm:ss',
        'error files/time time.zone: "Europe/Leeds" is not a time zone; write UTC, or a name of the IANA data base such as Europe/Berlin',
      ],
    ],
  ])('%s', (_, raw, sentences) => {
    expect(told(raw)).toEqual(sentences);
  });

  test.each<[string, object]>([
    ['files', { files: '../*.csv' }],
    ['files', { files: '/etc/passwd' }],
    ['files', { files: '{a,b}.csv' }],
    ['files', { files: 'a**/x' }],
    ['share.path', { share: { kind: 'nfs', path: 'export' } }],
    ['share.path', { share: { kind: 'nfs', path: '/a/../b' } }],
    ['share.path', { share: { kind: 'smb', path: '//server/share' } }],
    ['share.kind', { share: { kind: 'ftp', path: 'x' } }],
    ['time.columns', { time: { columns: [] } }],
    ['linesPerHour', { linesPerHour: 0 }],
    ['points', { points: {} }],
  ])('%s of %j is refused where it stands', (path, raw) => {
    const { error } = filesSettings.safeParse({ ...SAW, ...raw });
    expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });

  test.each(['*.csv', '**/*.csv', 'a/**/b-?.txt', '2026.11_*'])('the pattern %s is accepted', (pattern) => {
    expect(filesSettings.safeParse({ ...SAW, files: pattern }).success).toBe(true);
  });
});
