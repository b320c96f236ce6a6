import { parse } from 'smol-toml';
import { checkEstate } from '../../../infra/estate/check';
import { estateJsonSchema, estateSchema } from '../../../infra/estate/schema';
import { toNatsConf } from '../../../infra/formats/nats-conf';
import { toToml } from '../../../infra/formats/toml';
import type { Plant } from '../../../infra/model/plant';
import { type Problem, problemText } from '../../../infra/model/problem';
import { brokerConfiguration } from '../../../infra/nats/broker';
import { planGateways } from '../../../infra/placement/gateways';
import { gatewayConfiguration } from '../../../infra/telegraf/gateway';
import { oeeConfiguration } from '../../../infra/telegraf/oee';
import { publisherConfiguration } from '../../../infra/telegraf/publisher';
import { share } from '../../support/campaign';
import { fullEstate } from '../../support/full-estate';
import { HOSTILE, shown } from '../../support/hostile';
import { isAt, type JsonSchema, placesIn } from '../../support/json-schema';
import { placesOf } from '../../support/mutations';
import { asTelegrafReads } from '../formats/tables';

type Path = readonly (string | number)[];

const parentOf = (estate: unknown, path: Path) =>
  // biome-ignore lint/suspicious/noExplicitAny: it is written into
  path.slice(0, -1).reduce((value: any, step) => value[step], estate);

/** The full estate with a text in place of others. */
function withText(paths: readonly Path[], text: string): unknown {
  const estate = fullEstate();
  for (const path of paths) parentOf(estate, path)[path.at(-1) as string | number] = text;
  return estate;
}

/** The full estate with a key in place of another: what JSON.parse and a YAML reader make of it, whatever it is. */
function withKey(path: Path, key: string): unknown {
  const estate = fullEstate();
  const [parent, last] = [parentOf(estate, path), path.at(-1) as string];
  Object.defineProperty(parent, key, { value: parent[last], enumerable: true, configurable: true, writable: true });
  if (last !== key) delete parent[last];
  return estate;
}

const isSame = (a: readonly PropertyKey[], b: Path) => a.length === b.length && b.every((step, index) => step === a[index]);
const covers = ({ severity, path }: Problem, at: Path) => severity === 'error' && isSame(path, at);

/** True when every configuration of a plant reads back as it was meant. */
function readsBack(plant: Plant): boolean {
  const same = (read: unknown, meant: unknown) => JSON.stringify(read) === JSON.stringify(meant);
  const tables = [
    publisherConfiguration(plant),
    oeeConfiguration(plant),
    ...planGateways(plant).map((gateway) => gatewayConfiguration(plant, gateway)),
  ];
  return (
    same(JSON.parse(toNatsConf(brokerConfiguration(plant))), brokerConfiguration(plant)) &&
    tables.every((table) => {
      const text = toToml(table);
      return [...text.matchAll(/\$+/g)].every(([run]) => run.length % 2 === 0) && same(sorted(parse(asTelegrafReads(text))), sorted(table));
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

/** True when the schema refuses something at a place; the door tells all that the schema refuses. */
const refusedAt = (estate: unknown, path: Path) =>
  estateSchema.safeParse(estate).error?.issues.some((issue) => isSame(issue.path, path)) ?? false;

/**
 * What becomes of a text in many places at once: nothing when it is refused in its place, or else read back unchanged. Returns the
 * errors elsewhere, and whether it was read back.
 */
function outcome(text: string, places: readonly Path[]): { readonly elsewhere: readonly string[]; readonly same: boolean } {
  let accepted = places;
  for (;;) {
    // What the schema refuses first hides what it would refuse behind it: until nothing more is refused.
    const { error } = estateSchema.safeParse(withText(accepted, text));
    const refused = accepted.filter((path) => error?.issues.some((issue) => isSame(issue.path, path)));
    accepted = accepted.filter((path) => !refused.includes(path));
    if (refused.length > 0) continue;
    const { problems, plants } = checkEstate(withText(accepted, text));
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (errors.length === 0) return { elsewhere: [], same: plants.length === 2 && plants.every(readsBack) };
    const elsewhere = errors.filter((error) => !accepted.some((path) => covers(error, path)));
    if (elsewhere.length > 0) return { elsewhere: elsewhere.map(problemText), same: false };
    accepted = accepted.filter((path) => !errors.some((error) => covers(error, path)));
  }
}

/** Names that are neither refused in their place nor read back unchanged. */
function slipped(path: Path, texts: readonly string[]): string[] {
  return texts.filter((text) => {
    const [estate, at] = [withKey(path, text), [...path.slice(0, -1), text]];
    if (refusedAt(estate, at)) return false;
    const { problems, plants } = checkEstate(estate);
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (errors.some((problem) => covers(problem, at))) return false;
    // A thing of another name is missed by those that refer to it.
    if (errors.length > 0)
      return errors.some(({ rule }) => rule !== 'references-exist' && !rule.endsWith('/scan') && rule !== 'sql/source');
    return !plants.every(readsBack);
  });
}

/** What names a CSV file is gone before the schema sees the points in it (csv-points.test.ts tries it). */
const namesCsvFile = (path: readonly (string | number)[]) =>
  path.at(-2) === 'points' && ['csv', 'delimiter', 'encoding'].includes(String(path.at(-1)));
/** Settings of a machine that no edge agent can follow: nothing may stand there, and nothing is rendered from them. */
const NOT_FOR_AGENTS = ['pause', 'security.policy.reason', 'security.serverCertificate'].map((name) => `machineTypes.*.device.${name}`);
const isTried = (path: Path) => !namesCsvFile(path) && !NOT_FOR_AGENTS.includes(path.join('.'));
const schemaPlaces = placesIn(estateJsonSchema() as JsonSchema).filter(({ path }) => isTried(path as Path));
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

  test.each(share(HOSTILE, 4, 0).map((text) => [shown(text), text]))(
    'such as %s is refused in its place, or read back unchanged',
    (_, text) => {
      expect(outcome(text, texts)).toEqual({ elsewhere: [], same: true });
    },
  );
});

describe('a hostile name', () => {
  const names = dataPlaces.filter((path) =>
    path.includes('differs')
      ? ['points', 'scans'].includes(String(path.at(-2)))
      : schemaPlaces.some(({ path: place }) => place.at(-1) === '*' && isAt(path, place)),
  );

  test.each(names.map((path, index) => [path.join('.'), path, index] as const))(
    'for %s is refused there, or read back unchanged',
    (_, path, index) => {
      expect(slipped(path, share(HOSTILE, 32, index))).toEqual([]);
    },
  );
});
