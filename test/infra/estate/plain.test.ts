import { MAX_DEPTH, plainCopy } from '../../../infra/estate/plain';
import { problemText } from '../../../infra/model/problem';

const told = (input: unknown) => plainCopy(input).problems.map(problemText);
const REMEDY = 'write plain data: mappings, lists, texts, numbers, true or false';

describe('a plain copy', () => {
  test('of plain data is equal to it and shares nothing with it', () => {
    const shared = { c: [1, 'x', null, true] };
    const input = { a: shared, b: shared };
    const { data, problems } = plainCopy(input);
    expect(problems).toEqual([]);
    expect(data).toEqual(input);
    const copy = data as typeof input;
    expect(copy.a).not.toBe(copy.b);
    expect(copy.a).not.toBe(shared);
  });

  test('leaves out what is undefined, as JSON does', () => {
    expect(plainCopy({ a: undefined, b: 1 })).toEqual({ data: { b: 1 }, problems: [] });
  });

  test.each([
    ['a function', () => 1, 'is a function'],
    ['a symbol', Symbol('x'), 'is a symbol'],
    ['a large integer', 1n, 'is a bigint'],
    ['a date', new Date(0), 'is a Date'],
    ['a map', new Map(), 'is a Map'],
    ['a number that is none', Number.NaN, 'is NaN, which is no number that can be used'],
    ['infinity', Number.POSITIVE_INFINITY, 'is Infinity, which is no number that can be used'],
  ])('tells of %s and leaves it out', (_, value, message) => {
    expect(told({ plants: { york: value } })).toEqual([`plants.york: ${message}; ${REMEDY}`]);
    expect(plainCopy({ plants: { york: value } }).data).toEqual({ plants: {} });
  });

  test('tells of data that contain themselves, are too deep, or cannot be read', () => {
    const ring: Record<string, unknown> = {};
    ring.again = ring;
    expect(told(ring)).toEqual([`again: contains itself; ${REMEDY}`]);
    let deep: unknown = 1;
    for (let n = 0; n <= MAX_DEPTH; n++) deep = { a: deep };
    expect(told(deep)).toEqual([expect.stringContaining(`is nested more than ${MAX_DEPTH} deep; ${REMEDY}`)]);
    const trap = {
      get york() {
        throw new Error('no');
      },
    };
    expect(told({ plants: trap })).toEqual([`plants: cannot be read; ${REMEDY}`]);
  });

  test('never takes a key for the prototype', () => {
    const input = JSON.parse('{"plants":{"__proto__":{"polluted":true}}}');
    const { data } = plainCopy(input);
    expect(told(input)).toEqual(['plants.__proto__: is not a name that may be used; choose another name']);
    expect((data as { plants: { polluted?: boolean } }).plants.polluted).toBeUndefined();
  });
});
