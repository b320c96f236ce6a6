import { type Problem, pathText, problemText, sortProblems } from '../../../infra/model/problem';

const problem = (change: Partial<Problem> = {}): Problem => ({
  rule: 'schema',
  severity: 'error',
  path: ['plants', 'york', 'uplink'],
  message: 'is wrong',
  remedy: 'mend it',
  ...change,
});

describe('a problem as a line', () => {
  test('has path, value, message and remedy', () => {
    expect(problemText(problem({ value: '72 h' }))).toBe('plants.york.uplink: "72 h" is wrong; mend it');
    expect(problemText(problem())).toBe('plants.york.uplink: is wrong; mend it');
  });

  test.each([
    [[], 'estate'],
    [['plants', 'york', 'machines', 'press-1'], 'plants.york.machines.press-1'],
    [['kubernetes', 'controlPlane', 2], 'kubernetes.controlPlane[2]'],
    [['plants', 'a.b', 'x'], 'plants["a.b"].x'],
    [['a b', ''], '["a b"][""]'],
    [['a\u001b[2J', '\u202e'], '["a\\u001b[2J"]["\\u202e"]'],
  ])('writes the path %j as %s', (path, text) => {
    expect(pathText(path)).toBe(text);
  });

  test.each([
    ['a\nb', '"a\\nb"'],
    ['\u001b[31m', '"\\u001b[31m"'],
    ['\u0085\u2028\u202e\ufeff', '"\\u0085\\u2028\\u202e\\ufeff"'],
    ['Öl 日本', '"Öl 日本"'],
    [{ a: [1, null] }, '{"a":[1,null]}'],
    [null, 'null'],
    ['x'.repeat(100), `"${'x'.repeat(76)}...`],
  ])('writes the value %j as %s', (value, text) => {
    expect(problemText(problem({ value }))).toBe(`plants.york.uplink: ${text} is wrong; mend it`);
  });

  test('stays one line of printable characters, whatever the value', () => {
    const text = problemText(problem({ value: String.fromCharCode(...Array.from({ length: 0x300 }, (_, n) => n)) }));
    expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });
});

test('problems are ordered by path, then rule, then message', () => {
  const ordered = [
    problem({ path: ['a'] }),
    problem({ path: ['a'], message: 'is wrong twice' }),
    problem({ path: ['a'], rule: 'store-fits' }),
    problem({ path: ['a', 'b'] }),
    problem({ path: ['b'] }),
  ];
  expect(sortProblems([...ordered].reverse())).toEqual(ordered);
});
