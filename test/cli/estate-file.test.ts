import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEstate as readEstateFile } from '../../cli/estate-file';
import { UserError } from '../../cli/user-error';
import { put, temporaryFolder } from './folder';

const folder = temporaryFolder();
const readEstate = (path: string) => readEstateFile(path).estate;
const at = (path: string) => join(folder, path);

/** The sentence and the exit code with which an estate is refused. */
function refusal(path: string): [string, number] {
  try {
    readEstate(at(path));
  } catch (error) {
    if (error instanceof UserError) return [error.message.replaceAll(folder, ''), error.exitCode];
    throw error;
  }
  throw new Error(`${path} was read`);
}

describe('an estate is read', () => {
  put(folder, {
    'a.yaml': 'plants: { york: 1 }\n',
    'b.json': '{ "plants": { "york": 1 } }',
    'bom.yml': '\ufeffplants: { york: 1 }\n',
    'windows.yaml': 'plants:\r\n  york: 1\r\n',
    'c.cjs': 'module.exports = { default: { plants: { york: 1 } } };',
    'd.cjs': 'exports.estate = { plants: { york: 1 } };',
    'e.ts': 'const york: number = 1;\nexport default { plants: { york } };\n',
    'f.cjs': 'exports.default = { default: { plants: { york: 1 } } };',
    'folder/estate.yaml': 'plants: { york: 1 }\n',
  });

  test.each(['a.yaml', 'b.json', 'bom.yml', 'windows.yaml', 'c.cjs', 'd.cjs', 'e.ts', 'f.cjs', 'folder'])('from %s', (path) => {
    expect(readEstate(at(path))).toEqual({ plants: { york: 1 } });
  });

  test('as YAML 1.2: a time, a sexagesimal number and a yes are texts, and << is a name', () => {
    put(folder, { 'texts.yaml': 'a: yes\nb: 12:30:45\nc: 2020-01-01\nd: 017\ne: {<<: 1}\n' });
    expect(readEstate(at('texts.yaml'))).toEqual({ a: 'yes', b: '12:30:45', c: '2020-01-01', d: 17, e: { '<<': 1 } });
  });
});

describe('what cannot be read is refused with a sentence:', () => {
  put(folder, {
    'syntax.yaml': 'plants:\n  york: [1\n  leeds: 2\n',
    'twice.yaml': 'plants:\n  york: 1\n  york: 2\n',
    'tag.yaml': 'plants: !!js/function "x"\n',
    'empty.yaml': '# nothing yet\n',
    'two.yaml': 'a: 1\n---\nb: 2\n',
    'throws.cjs': 'throw new Error("there is no press");',
    'nothing.cjs': 'exports.other = 1;',
    'text.txt': '',
    'none/README.md': '',
    'both/estate.ts': '',
    'both/estate.json': '',
    'is-a-folder/estate.yaml/x': '',
  });

  test('YAML with a mistake, by line and column', () => {
    expect(refusal('syntax.yaml')).toEqual([expect.stringMatching(/^\/syntax\.yaml cannot be read: .* in "\/syntax\.yaml" \(3:3\)/), 1]);
    expect(refusal('twice.yaml')).toEqual([expect.stringMatching(/duplicated mapping key in "\/twice\.yaml" \(3:3\)/), 1]);
    expect(refusal('tag.yaml')).toEqual([expect.stringMatching(/unknown scalar tag .* \(1:9\)/), 1]);
    expect(refusal('empty.yaml')).toEqual(['/empty.yaml cannot be read: expected a document, but the input is empty', 1]);
    expect(refusal('two.yaml')).toEqual([expect.stringContaining('expected a single document'), 1]);
  });

  test('a text in another encoding', () => {
    writeFileSync(at('utf16.yaml'), Buffer.from('\ufeffplants: 1', 'utf16le'));
    writeFileSync(at('latin1.yaml'), Buffer.from('plants: °C', 'latin1'));
    expect(refusal('utf16.yaml')).toEqual(['/utf16.yaml is not UTF-8; save it in that encoding.', 1]);
    expect(refusal('latin1.yaml')).toEqual(['/latin1.yaml is not UTF-8; save it in that encoding.', 1]);
  });

  test('a module that throws, or exports no estate', () => {
    expect(refusal('throws.cjs')).toEqual(['/throws.cjs cannot be read: there is no press', 1]);
    expect(refusal('nothing.cjs')).toEqual(['/nothing.cjs exports no estate; write export default defineEstate({ … }).', 1]);
  });

  test('a path that is no estate', () => {
    expect(refusal('nowhere')).toEqual([
      'there is no estate at /nowhere; name a file, or a folder that holds estate.ts or estate.yaml.',
      2,
    ]);
    expect(refusal('text.txt')).toEqual([expect.stringContaining('/text.txt is not an estate; it must end in .ts, '), 2]);
    expect(refusal('none')).toEqual([expect.stringContaining('/none holds no file estate'), 2]);
    expect(refusal('both')).toEqual(['/both holds more than one estate (estate.ts, estate.json); name the one that counts.', 2]);
    expect(refusal('is-a-folder')).toEqual([expect.stringMatching(/^\/is-a-folder cannot be read: .*EISDIR/), 1]);
  });
});
