import fc from 'fast-check';
import { checkEstate } from '../../../infra/estate/check';
import type { CsvFile } from '../../../infra/estate/csv-points';
import { CSV_ENCODINGS, csv, csvFilesOf } from '../../../infra/estate/csv-reference';
import { machineType } from '../../../infra/estate/define';
import { estateJsonSchema } from '../../../infra/estate/schema';
import { problemText } from '../../../infra/model/problem';
import { protocols } from '../../../infra/protocols/registry';
import { minimalEstate } from '../../support/estates';

const utf8 = (text: string) => new TextEncoder().encode(text);
const PRESS = { protocol: 's7', controller: 'S7-1500' };

/** The minimal estate with a machine of a type whose points are these. */
function estateWith(points: unknown, differs?: unknown, type: object = PRESS) {
  const estate = minimalEstate();
  estate.machineTypes = { press: { ...type, points } };
  estate.plants.york.machines = { 'press-1': { type: 'press', address: '10.20.1.99', ...(differs === undefined ? {} : { differs }) } };
  return estate;
}

/** The errors of an estate, as a person reads them. */
const errorsOf = (estate: unknown, files?: ReadonlyMap<string, CsvFile>): string[] =>
  checkEstate(estate, files)
    .problems.filter(({ severity }) => severity === 'error')
    .map(problemText);

/** What the door says of points from a file with this text. */
function told(file: CsvFile | string, options: object = {}, type: object = PRESS): string[] {
  const files = new Map([['press.csv', typeof file === 'string' ? utf8(file) : file]]);
  return errorsOf(estateWith({ csv: 'press.csv', ...options }, undefined, type), files);
}

/** Points that arrive from a file, by name. */
function pointsOf(file: Uint8Array | string, options: object = {}, type: object = PRESS) {
  const files = new Map([['press.csv', typeof file === 'string' ? utf8(file) : file]]);
  const { plants, problems } = checkEstate(estateWith({ csv: 'press.csv', ...options }, undefined, type), files);
  expect(problems.filter(({ severity }) => severity === 'error').map(problemText)).toEqual([]);
  return plants[0]?.machines.find(({ name }) => name === 'press-1')?.points;
}

describe('data points from a CSV file', () => {
  test('each line is a point, its columns are the settings of a point in any order, and an empty field states nothing', () => {
    const text = 'type;unit;name;address;scan\r\nINT;;state;DB10.DBW0;\r\n"REAL"; bar ;main-pressure;DB10.DBD6;fast\r\n;;;;\r\n\r\n';
    expect(pointsOf(text, { delimiter: ';' })).toEqual([
      { name: 'main-pressure', valueType: 'real', sourceType: 'REAL', unit: 'bar', scanMs: 250 },
      { name: 'state', valueType: 'integer', sourceType: 'INT', scanMs: 1000 },
    ]);
  });

  test('numbers and truths become what the setting takes, with a decimal comma where the file has it', () => {
    const type = { protocol: 'modbus' };
    const text = 'name;address;type;factor;offset\na;holding 0;INT16;0,1;-40\nb;holding 1;INT16;;\n';
    const estate = estateWith({ csv: 'press.csv', delimiter: ';', decimalComma: true }, undefined, type);
    const { plants } = checkEstate(estate, new Map([['press.csv', utf8(text)]]));
    expect(plants[0]?.machines.find(({ name }) => name === 'press-1')?.processors[0]?.settings.constants).toMatchObject({
      scales: { a: [1, -400, 10] },
    });
    expect(told(text, { delimiter: ';' }, type)).toEqual([
      'machineTypes.press.points.a.factor (press.csv, line 2, column factor): "0,1" must be a number, with a decimal point and without separators of thousands; write 0.1, or state decimalComma: true',
    ]);
    expect(told(text.replace('-40', '1.5'), { delimiter: ';', decimalComma: true }, type)).toEqual([
      'machineTypes.press.points.a.offset (press.csv, line 2, column offset): "1.5" must be a number, with a decimal comma and without separators of thousands; write 1,5, or remove decimalComma',
    ]);
  });

  test('a machine may differ by a file of its own, merged by name', () => {
    const files = new Map([
      ['press.csv', utf8('name,address,type\nstate,DB10.DBW0,INT\nflag,DB10.DBX4.0,BOOL\n')],
      ['own/press-1.csv', utf8('name,address,type\nflag,DB11.DBX0.0,BOOL\nextra,DB11.DBW2,WROD\n')],
    ]);
    const estate = estateWith({ csv: 'press.csv' }, { points: { csv: 'own/press-1.csv' } });
    expect(csvFilesOf(estate)).toEqual(['own/press-1.csv', 'press.csv']);
    expect(errorsOf(estate, files)).toEqual([
      expect.stringMatching(
        /^plants\.[a-z]+\.machines\.press-1\.differs\.points\.extra\.type \(own\/press-1\.csv, line 3, column type\): "WROD" is not a type/,
      ),
    ]);
  });

  test.each(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-1'] as const)(
    'a file in %s is read, with or without its mark',
    (encoding) => {
      const text = 'name,address,type,unit\noil-temperature,DB10.DBD0,REAL,°C\n';
      const wide = (little: boolean, marked: boolean) => {
        const buffer = Buffer.from(`${marked ? '\ufeff' : ''}${text}`, 'utf16le');
        return new Uint8Array(little ? buffer : buffer.swap16());
      };
      const forms: Record<string, Uint8Array[]> = {
        'utf-8': [utf8(text), utf8(`\ufeff${text}`)],
        'utf-16le': [wide(true, false), wide(true, true)],
        'utf-16be': [wide(false, false), wide(false, true)],
      };
      for (const bytes of forms[encoding] ?? [new Uint8Array(Buffer.from(text, 'latin1'))]) {
        expect(pointsOf(bytes, { encoding })).toMatchObject([{ unit: '°C' }]);
      }
    },
  );

  test('every encoding that is offered can be read here', () => {
    for (const encoding of CSV_ENCODINGS) expect(() => new TextDecoder(encoding, { fatal: true })).not.toThrow();
  });

  test('the type of a machine type takes a file in place of its points, and in what differs', () => {
    const type = machineType('press', { protocol: 's7', controller: 'S7-1500', points: csv('press.csv', { delimiter: ';' }) });
    const machine = type.at('10.20.1.9', { differs: { points: csv('own.csv') } });
    expect([type.settings.points, machine.options.differs]).toEqual([{ csv: 'press.csv', delimiter: ';' }, { points: { csv: 'own.csv' } }]);
    // @ts-expect-error: no such encoding
    csv('press.csv', { encoding: 'ebcdic' });
  });

  test('the JSON Schema of every protocol takes a file in place of points', () => {
    const { properties } = estateJsonSchema() as { properties: { machineTypes: { additionalProperties: { oneOf: object[] } } } };
    const forms = properties.machineTypes.additionalProperties.oneOf;
    expect(forms).toHaveLength(protocols.length);
    const points = { anyOf: [{ type: 'object' }, { required: ['csv'], additionalProperties: false }] };
    for (const form of forms) {
      const { properties: settings } = form as { properties: { device?: { oneOf: object[] } } };
      // What an edge agent reads has the points of another protocol.
      for (const one of settings.device?.oneOf ?? [form]) expect(one).toMatchObject({ properties: { points } });
    }
  });

  test('a data point that is named csv is a point', () => {
    const estate = estateWith({ csv: { address: 'DB10.DBW0', type: 'INT' } });
    expect(csvFilesOf(estate)).toEqual([]);
    expect(errorsOf(estate)).toEqual([]);
  });
});

describe('what is wrong with a CSV file is told with file and line', () => {
  const at = (line: number, column?: string) =>
    `machineTypes.press.points (press.csv, line ${line}${column === undefined ? '' : `, column ${column}`}):`;
  const COLUMNS = 'columns are name, address, type, unit, scan, description';
  test.each([
    ['an empty file', '', {}, [`${at(1)} is empty; write the names of the columns into the first line`]],
    ['a file without points', 'name,address,type\n\n', {}, [`${at(1)} has no points under it; write a line for each point`]],
    [
      'another delimiter',
      'name;address;type\na;M0.0;BOOL\n',
      {},
      [`${at(1)} has one column only, and looks as if ; stood between its fields and not ,; write delimiter: ";"`],
    ],
    [
      'a tab where a comma is stated',
      'name\taddress\ttype\na\tM0.0\tBOOL\n',
      {},
      [`${at(1)} has one column only, and looks as if a tab stood between its fields and not ,; write delimiter: "\\t"`],
    ],
    [
      'columns that are unknown, doubled or have no name',
      'name,adress,type,type,unti,colour,\na,M0.0,BOOL,,,,\n',
      {},
      [
        `${at(1, 'adress')} has a column that is no setting of a point; write address if you mean that`,
        `${at(1, 'unti')} has a column that is no setting of a point; write unit if you mean that`,
        `${at(1, 'colour')} has a column that is no setting of a point; remove it; ${COLUMNS}`,
        `${at(1, '7')} has a column without a name; remove it; ${COLUMNS}`,
        `${at(1, 'type')} names this column twice; remove one of the two`,
      ],
    ],
    ['a missing column', 'name,type\na,BOOL\n', {}, [`${at(1)} has no column address, which every point needs; add it; ${COLUMNS}`]],
    [
      'ragged lines, points without a name or with the name of another, and quotes that are not closed, all in one run',
      'name,address,type\na,M0.0\nb,M0.1,BOOL,\n,M0.2,BOOL\nc,M0.3,BOOL\nc,M0.4,BOOL\nd,"M0.5,BOOL\ne,M0."6",BOOL\n__proto__,M0.7,BOOL\n',
      {},
      [
        `${at(2)} has 2 fields, but the first line names 3 columns; put a field that holds , in double quotes, or correct the line`,
        `${at(3)} has 4 fields, but the first line names 3 columns; put a field that holds , in double quotes, or correct the line`,
        `${at(4, 'name')} has no name; write the name of the point`,
        `${at(6, 'name')} "c" is the name of line 5 already; choose another name, or remove one of the lines`,
        ...[7, 8].map(
          (line) =>
            `${at(line)} has a double quote that is not closed, or one inside a field; put the field in double quotes and double those inside it; a field ends on its line`,
        ),
        `${at(9, 'name')} has a name that may not be used; write the name of the point`,
      ],
    ],
    [
      'what the schema and the rules of the protocol find',
      'name,address,type,unit\nBad Name,M0.0,BOOL,\na,E0.0,BOOL,\nb,M0.1,,\nc,M0.2,BOOL,a unit that is much too long\n',
      {},
      [
        'machineTypes.press.points.a.address (press.csv, line 3, column address): "E0.0" is in German mnemonics (E and A); addresses are written in international mnemonics (I and Q); write I0.0',
        'machineTypes.press.points.b.type (press.csv, line 4, column type): is missing; add it (Data type in the controller: BOOL, BYTE, USINT, CHAR, WORD, UINT, INT, DWORD, UDINT, DINT, REAL, LREAL, LINT, STRING[n])',
        'machineTypes.press.points.c.unit (press.csv, line 5, column unit): "a unit that is much too long" must have at most 20 characters; correct it (Unit as the field writes it, such as bar or 1/min)',
        'machineTypes.press.points["Bad Name"] (press.csv, line 2): "Bad Name" must be lower-case letters, digits and single hyphens, begin with a letter, end with a letter or digit, and have at most 40 characters; name it bad-name, for example',
      ],
    ],
  ])('%s', (_, text, options, expected) => {
    expect(told(text, options)).toEqual(expected);
  });

  test('bytes that are not of the encoding, with the encoding that is likely', () => {
    const latin = new Uint8Array(Buffer.from('name,address,type,unit\na,M0.0,BOOL,\nb,MD4,REAL,°C\n', 'latin1'));
    expect(told(latin)).toEqual([
      `${at(3)} has bytes that are not utf-8; save it as UTF-8, or write the encoding it has: spreadsheet programs in Europe often write windows-1252`,
    ]);
    expect(told(utf8('\ufeffname'), { encoding: 'windows-1252' })).toEqual([
      `${at(1)} begins with the byte order mark of utf-8, not of windows-1252; write encoding: utf-8`,
    ]);
    expect(told(new Uint8Array([0xff, 0xfe, 0x6e, 0]))).toEqual([
      `${at(1)} begins with the byte order mark of utf-16le, not of utf-8; write encoding: utf-16le`,
    ]);
    expect(told(new Uint8Array([0x6e, 0, 0x0a, 0, 0x00, 0xd8]), { encoding: 'utf-16le' })).toEqual([
      `${at(2)} has bytes that are not utf-16le; correct the encoding`,
    ]);
  });

  test('a file that was not read, or could not be', () => {
    expect(errorsOf(estateWith({ csv: 'press.csv' }))).toEqual([
      'machineTypes.press.points.csv: "press.csv" names a file that was not read; check the estate with millwright check, which reads it, or give checkEstate its bytes by that name',
    ]);
    expect(told({ error: 'is no file', instead: 'name a CSV file' })).toEqual([
      'machineTypes.press.points.csv: "press.csv" is no file; name a CSV file',
    ]);
  });

  test.each(['../press.csv', '/etc/passwd', 'a/../../b.csv', './press.csv', 'a\\b.csv', 'C:/press.csv', 'a//b.csv', '..', 'a/'])(
    'a path that leaves the folder of the estate is refused: %s',
    (file) => {
      const estate = estateWith({ csv: file });
      expect(csvFilesOf(estate)).toEqual([]);
      expect(errorsOf(estate, new Map([[file, utf8('name\n')]]))).toEqual([
        expect.stringContaining("must be the path of a file in the estate's folder, with forward slashes"),
      ]);
    },
  );

  test('settings of the reference that are wrong, and a protocol that does not exist', () => {
    expect(told('', { delimiter: '::', encoding: 'latin1', colour: 1 }).map((text) => text.split(':')[0])).toEqual([
      'machineTypes.press.points.colour',
      'machineTypes.press.points.delimiter',
      'machineTypes.press.points.encoding',
    ]);
    expect(told('name\n', {}, { protocol: 's8' }).map((text) => text.split(' ')[0])).toEqual(['machineTypes.press.protocol:']);
  });

  test('no file makes the door throw, and what is read does not depend on the order of its lines', () => {
    const cell = fc.oneof(
      fc.constantFrom('name', 'address', 'type', 'M0.0', 'BOOL', '', '"', 'constructor', '0,1'),
      fc.string({ maxLength: 6 }),
    );
    const text = fc
      .array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 })
      .map((lines) => lines.map((line) => line.join(',')).join('\n'));
    fc.assert(
      fc.property(
        fc.oneof(
          text.map(utf8),
          text.map((rest) => utf8(`name,address,type\n${rest}`)),
          fc.uint8Array({ maxLength: 40 }),
        ),
        (bytes) => {
          for (const encoding of ['utf-8', 'utf-16le', 'windows-1252']) {
            for (const line of told(bytes, { encoding })) expect(line).toMatch(/^machineTypes\.press\.points.*\(press\.csv, line [0-9]+/);
          }
        },
      ),
      { numRuns: 30 },
    );
    const lines = ['a,M0.0,BOOL', 'b,MW2,INT', 'c,MD4,REAL'];
    const header = 'name,address,type';
    expect(pointsOf([header, ...lines.toReversed()].join('\n'))).toEqual(pointsOf([header, ...lines].join('\n')));
  });
});
