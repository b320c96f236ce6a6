import * as fc from 'fast-check';

/** A place in data: the steps that lead to it. */
type Path = (string | number)[];

/** Every place in data, the root left out. */
export function placesOf(data: unknown, path: Path = []): Path[] {
  if (typeof data !== 'object' || data === null) return [];
  const keys = Array.isArray(data) ? data.map((_, index) => index) : Object.keys(data);
  return keys.flatMap((key) => [[...path, key], ...placesOf((data as Record<string | number, unknown>)[key], [...path, key])]);
}

/** Values that are often written where another belongs. */
const wrong = fc.oneof(
  fc.constantFrom<unknown>('', ' ', 'no', '10.20.1.011', 'a1', 'constructor', '__proto__', '72h', '1.34', 'x'.repeat(300)),
  fc.constantFrom<unknown>(0, -1, 1.5, 102, 65_536, 1e300, null, true, [], {}, ['a1'], { type: 'press' }),
  fc.anything({ maxDepth: 2 }),
);

const key = fc.oneof(
  fc.constantFrom('press-1', 'a1', 'adress', 'constructor', 'Press', 'toString', 'points', 'type'),
  fc.string({ maxLength: 8 }),
);

/** One to four changes at random places: something taken out, replaced, put in or put under another name. */
export function mutated<T>(make: () => T): fc.Arbitrary<T> {
  const change = fc.record({
    kind: fc.constantFrom('delete', 'replace', 'replace', 'insert', 'copy'),
    place: fc.nat(),
    key,
    value: wrong,
  });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const data = make();
    for (const { kind, place, key: name, value } of changes) {
      const places = placesOf(data);
      const path = places[place % places.length];
      if (!path) continue;
      const parent = path.slice(0, -1).reduce<unknown>((value, step) => (value as Record<string | number, unknown>)[step], data);
      const [target, last] = [parent as Record<string | number, unknown>, path.at(-1) as string | number];
      if (kind === 'replace') target[last] = value;
      else if (kind === 'delete') {
        if (Array.isArray(parent)) parent.splice(Number(last), 1);
        else delete target[last];
      } else if (Array.isArray(parent)) parent.push(kind === 'copy' ? structuredClone(target[last]) : value);
      else if (name !== '__proto__') target[name] = kind === 'copy' ? structuredClone(target[last]) : value;
    }
    return data;
  });
}
