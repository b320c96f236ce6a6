import { fileErrorText } from '../../cli/file-error';

const error = (code: string, more: object = {}) => ({
  ...{ code, syscall: 'mkdir', path: '/x', message: `${code}: it said why, mkdir '/x'` },
  ...more,
});

describe('an error of the file system', () => {
  test.each(['EACCES', 'EROFS', 'ENOSPC', 'ENOTDIR'])('%s is told in a sentence', (code) => {
    expect(fileErrorText(error(code))).toBe(`the file system refused: it said why, mkdir '/x' (${code}).`);
  });

  test.each([
    ['a defect', new TypeError('x is not a function')],
    ['a program that does not exist', error('ENOENT', { syscall: 'spawn sops' })],
    ['a code that no path explains', error('EINVAL')],
    ['no path', error('EACCES', { path: undefined })],
    ['nothing', undefined],
    ['a text', 'EACCES'],
  ])('is not %s', (_, other) => {
    expect(fileErrorText(other)).toBeUndefined();
  });
});
