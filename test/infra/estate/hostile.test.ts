import { parse } from 'smol-toml';
import { checkEstate } from '../../../infra/estate/check';
import { estateJsonSchema, estateSchema } from '../../../infra/estate/schema';
import { toNatsConf } from '../../../infra/formats/nats-conf';
import { toToml } from '../../../infra/formats/toml';
import type { Plant } from '../../../infra/model/plant';
import type { Problem } from '../../../infra/model/problem';
import { brokerConfiguration } from '../../../infra/nats/broker';
import { gatewayConfiguration } from '../../../infra/telegraf/gateway';
import { publisherConfiguration } from '../../../infra/telegraf/publisher';
import { fullEstate } from '../../support/full-estate';
import { isAt, type JsonSchema, placesIn } from '../../support/json-schema';
import { placesOf } from '../../support/mutations';

type Path = readonly (string | number)[];

/** Texts that break out of one format or another, or that people paste. */
const HOSTILE = [
  ...['\u0000', '\t', '\n', '\r', '\u001b[2J', '\u007f', '\u0085', '\u2028', '\u2029'].map((c) => `a${c}b`),
  ...['\ufeff', '\u202e', '\ud800', '\udc00'].map((c) => `a${c}b`),
  'a\n[[outputs.file]]\n  files = ["/etc/passwd"]',
  'a"\nusers: [{user: "x"}]',
  '"',
  "'",
  'a\\',
  'a\\"b',
  'a\\u0022b',
  '"""',
  "'''",
  '$HOME',
  ['$', '{HOME}'].join(''),
  '$MQTT.sub',
  '@{central:password}',
  '{{ .Tag "machine" }}',
  'a # b',
  ': a',
  '- a',
  '!!python/object a',
  '&a *a',
  '[a]',
  '{a: b}',
  '`a`',
  'a, b=c',
  '../../etc/passwd',
  '>',
  'a.b',
  'a/b',
  ' a',
  'a ',
  '',
  'x'.repeat(10_000),
  '😀',
  'a\u0301',
  '\u200b',
  'no',
  'null',
  '1e3',
  '2026-01-01',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'default',
];

/** The full estate with a text in place of another, or a key in place of another. */
function withText(path: Path, text: string, asKey: boolean): unknown {
  const estate = fullEstate();
  if (!path.includes('hull')) delete estate.plants.hull;
  const parent = path.slice(0, -1).reduce((value, step) => value[step], estate);
  const last = path.at(-1) as string | number;
  if (!asKey) parent[last] = text;
  else {
    // What JSON.parse and a YAML reader make of a key, whatever its name.
    Object.defineProperty(parent, text, { value: parent[last], enumerable: true, configurable: true, writable: true });
    if (last !== text) delete parent[last];
  }
  return estate;
}

const isSame = (a: readonly PropertyKey[], b: Path) => a.length === b.length && b.every((step, index) => step === a[index]);
const covers = ({ severity, path }: Problem, at: Path) => severity === 'error' && isSame(path, at);

/** True when every configuration of a plant reads back as it was meant. */
function readsBack(plant: Plant): boolean {
  const same = (read: unknown, meant: unknown) => JSON.stringify(read) === JSON.stringify(meant);
  const tables = [publisherConfiguration(plant), ...plant.machines.map((machine) => gatewayConfiguration(plant, machine))];
  return (
    same(JSON.parse(toNatsConf(brokerConfiguration(plant))), brokerConfiguration(plant)) &&
    tables.every((table) => {
      const text = toToml(table);
      return !text.includes('$') && same(sorted(parse(text)), sorted(table));
    })
  );
}

/** TOML has no order of keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** What becomes of each hostile text at a place: those that are neither refused there nor read back unchanged. */
function slipped(path: Path, asKey: boolean): string[] {
  return HOSTILE.filter((text) => {
    const estate = withText(path, text, asKey);
    const at = asKey ? [...path.slice(0, -1), text] : path;
    // What the schema refuses the door tells: the whole run is needed for the rest alone.
    const { error } = estateSchema.safeParse(estate);
    if (error?.issues.some((issue) => isSame(issue.path, at))) return false;
    const { problems, plants } = checkEstate(estate);
    if (problems.some((problem) => covers(problem, at))) return false;
    const errors = problems.filter(({ severity }) => severity === 'error');
    // A thing of another name is missed by those that refer to it.
    if (asKey && errors.length > 0) return errors.some(({ rule }) => !['references-exist', 's7/scan'].includes(rule));
    return errors.length > 0 || plants.length === 0 || !plants.every(readsBack);
  });
}

const schemaPlaces = placesIn(estateJsonSchema() as JsonSchema);
const valueAt = (path: Path) => path.reduce((value, step) => value[step], fullEstate());
/** One place for each place of the schema, and every place that the schema leaves to the protocol. */
const dataPlaces: Path[] = placesOf(fullEstate()).filter((path, _, all) => {
  const place = schemaPlaces.find((candidate) => isAt(path, candidate.path));
  return place === undefined
    ? path.includes('differs')
    : all.find((other) => isAt(other, place.path)) === path || path.includes('policyEnforcer');
});

describe('a hostile text', () => {
  const texts = dataPlaces.filter((path) => typeof valueAt(path) === 'string');

  test('is tried in every text that the schema has', () => {
    const untried = schemaPlaces.filter(({ path, schema }) => schema.type === 'string' && !texts.some((place) => isAt(place, path)));
    expect(untried.map(({ path }) => path.join('.'))).toEqual([]);
  });

  test.each(texts.map((path) => [path.join('.'), path] as const))('at %s is refused there, or read back unchanged', (_, path) => {
    expect(slipped(path, false)).toEqual([]);
  });
});

describe('a hostile name', () => {
  const names = dataPlaces.filter((path) =>
    path.includes('differs')
      ? ['points', 'scans'].includes(String(path.at(-2)))
      : schemaPlaces.some(({ path: place }) => place.at(-1) === '*' && isAt(path, place)),
  );

  test.each(names.map((path) => [path.join('.'), path] as const))('for %s is refused there, or read back unchanged', (_, path) => {
    expect(slipped(path, true)).toEqual([]);
  });
});
