import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { compareTree, holdsTree } from '../../../cli/tree/change';
import { UserError } from '../../../cli/user-error';
import { HEADER } from '../../../stacks/flux/yaml';
import { put, temporaryFolder } from '../folder';

const root = temporaryFolder();
let count = 0;
const folderWith = (files: Record<string, string>) => {
  const folder = join(root, `${++count}`);
  mkdirSync(folder);
  put(folder, files);
  return folder;
};
const ours = (text: string) => `${HEADER}\n${text}`;
const tree = new Map([
  ['components/a/x.yaml', ours('x: 1\n')],
  ['flux/kustomization.yaml', ours('k: 1\n')],
]);

describe('comparing a tree with a folder', () => {
  test('that does not exist finds everything new', () => {
    expect(compareTree(join(root, 'none'), tree)).toEqual({ added: [...tree.keys()], changed: [], removed: [], unchanged: [] });
  });

  test('finds what is new, changed, gone and as before', () => {
    const folder = folderWith({
      'components/a/x.yaml': ours('x: 1\n'),
      'flux/kustomization.yaml': ours('k: edited by hand\n'),
      'components/old/deep/y.yaml': ours('y: 1\n'),
    });
    const more = new Map([...tree, ['.sops.yaml', ours('s: 1\n')]]);
    expect(compareTree(folder, more)).toEqual({
      added: ['.sops.yaml'],
      changed: ['flux/kustomization.yaml'],
      removed: ['components/old/deep/y.yaml'],
      unchanged: ['components/a/x.yaml'],
    });
  });

  test('leaves alone what is not ours, wherever it lies', () => {
    const folder = folderWith({
      'README.md': 'mine',
      'components/mine/own.yaml': 'kind: Mine\n',
      'components/a/notes.txt': ours('a text is not rendered\n'),
      'secrets/machines/x.yaml': ours('even with the first line\n'),
      'authority/ca.yaml': 'x',
    });
    expect(compareTree(folder, tree).removed).toEqual([]);
  });

  test('knows its files after Git on Windows changed how their lines end', () => {
    const folder = folderWith({ 'components/a/x.yaml': ours('x: 1\n').replaceAll('\n', '\r\n') });
    expect(compareTree(folder, tree)).toMatchObject({ added: ['flux/kustomization.yaml'], changed: ['components/a/x.yaml'] });
  });

  test('takes no file for its own whose first line only begins like its own', () => {
    expect(() => compareTree(folderWith({ 'components/a/x.yaml': `${HEADER} Really.\nx: 1\n` }), tree)).toThrow(UserError);
  });
});

describe('something in the way is refused with a sentence:', () => {
  const refusal = (folder: string) => {
    try {
      compareTree(folder, tree);
    } catch (error) {
      if (error instanceof UserError) return error.message.replaceAll(folder, 'FOLDER');
      throw error;
    }
    return 'nothing was refused';
  };
  const one = "FOLDER/components/a/x.yaml is not Millwright's and would be overwritten; move it away. Nothing was written.";

  test('a file of somebody else', () => {
    expect(refusal(folderWith({ 'components/a/x.yaml': 'x: 1\n' }))).toBe(one);
  });

  test('a folder where a file belongs', () => {
    expect(refusal(folderWith({ 'components/a/x.yaml/z': '' }))).toBe(one);
  });

  test('a file where a folder belongs', () => {
    expect(refusal(folderWith({ 'components/a': 'x' }))).toBe(one);
  });

  test('a link to a file, even one that was rendered', () => {
    const folder = folderWith({ 'elsewhere.yaml': ours('x: 1\n'), 'components/a/y.txt': '' });
    symlinkSync(join(folder, 'elsewhere.yaml'), join(folder, 'components/a/x.yaml'));
    expect(refusal(folder)).toBe(one);
  });

  test('a link to a folder, and one that leads nowhere', () => {
    const folder = folderWith({ 'other/x.yaml': ours('x: 1\n'), 'components/c.txt': '' });
    symlinkSync(join(folder, 'other'), join(folder, 'components/a'));
    expect(refusal(folder)).toBe(one);
    const broken = folderWith({});
    symlinkSync(join(broken, 'nowhere'), join(broken, 'components'));
    expect(refusal(broken)).toBe(one);
  });

  test('many files, of which the first are named', () => {
    const files = Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((n) => [`components/a/${n}.yaml`, 'x']));
    expect(() => compareTree(folderWith(files), new Map(Object.keys(files).map((path) => [path, ours('')])))).toThrow(
      /5\.yaml and 2 more are not Millwright's and would be overwritten; move them away/,
    );
  });
});

test('a folder holds a tree when a rendered file lies where they lie', () => {
  expect(holdsTree(folderWith({ 'flux/a.yaml': ours('') }))).toBe(true);
  expect(holdsTree(folderWith({ 'flux/a.yaml': 'a: 1', 'other/b.yaml': ours('') }))).toBe(false);
  expect(holdsTree(join(root, 'none'))).toBe(false);
});
