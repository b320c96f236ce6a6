import * as fc from 'fast-check';
import { checkEstate } from '../../infra/estate/check';
import { estateSchema } from '../../infra/estate/schema';
import { fullEstate } from './full-estate';
import { hostileArbitrary } from './hostile';
import { placesOf } from './mutations';

type Path = readonly (string | number)[];

/** Places that bear one text, and the one that they bore. */
interface Group {
  readonly paths: readonly Path[];
  readonly original: string;
}

/** An estate without an error, in whose texts stand hostile ones wherever the door lets them. */
export interface HostileEstate {
  // biome-ignore lint/suspicious/noExplicitAny: tests give it to the door, which takes anything
  readonly estate: any;
  /** Where a hostile text stands, and which. */
  readonly texts: readonly { readonly path: Path; readonly text: string }[];
}

/** How often a place whose text was refused gets another one. */
const ATTEMPTS = 12;

// biome-ignore lint/suspicious/noExplicitAny: it is read and written into
const at = (estate: any, path: Path): any => path.reduce((value, step) => value?.[step], estate);
const isWithin = (outer: readonly PropertyKey[], inner: readonly PropertyKey[]) => outer.every((step, index) => step === inner[index]);
const overlap = (a: readonly PropertyKey[], b: readonly PropertyKey[]) => isWithin(a, b) || isWithin(b, a);

/** The full estate with many points, columns, arguments and variables in place of one or two. */
function manyTexts(copies: number) {
  const estate = fullEstate();
  const copied = (record: Record<string, unknown>, name: string, value: (index: number) => unknown) => {
    for (let index = 0; index < copies; index++) record[`${name}${index}`] = value(index);
  };
  const { cell, kiln, saw, mill } = estate.machineTypes;
  copied(cell.points, 'node', (index) => ({ ...cell.points.state, node: `ns=2;s=Node${index}` }));
  copied(kiln.points, 'column', (index) => ({ ...kiln.points.state, column: `column ${index}` }));
  copied(saw.points, 'column', (index) => ({ ...saw.points.weight, column: `column ${index}` }));
  saw.columns.push(...Array.from({ length: copies }, (_, index) => `column ${index}`));
  for (const container of [mill, mill.agent, estate.plants.york.jobs.orchestrator]) {
    container.args = Array.from({ length: Math.min(copies, 64) }, (_, index) => `--argument=${index}`);
    copied(container.env, 'VARIABLE_', (index) => `value ${index}`);
  }
  return estate;
}

/** Places that must bear the same text: columns of files, where they are listed and where they are named. */
function groupsOf(estate: unknown): Group[] {
  const groups = new Map<string, { paths: Path[]; original: string }>();
  for (const path of placesOf(estate)) {
    const original = at(estate, path);
    if (typeof original !== 'string') continue;
    const isColumn = path[1] === 'saw' && (path.includes('columns') || path.at(-1) === 'column');
    const key = JSON.stringify(isColumn ? ['saw', original] : path);
    const group = groups.get(key) ?? { paths: [], original };
    group.paths.push(path);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/**
 * The full estate with hostile texts in its places: other ones for another seed. What is refused is tried again with another text, half of
 * them the original with hostile characters in it, so that places with rules of their own get something too.
 *
 * @param copies how many points, columns, arguments and variables it has of each kind
 */
export function hostileEstate(seed: number, copies: number): HostileEstate {
  const estate = manyTexts(copies);
  const groups = groupsOf(estate);
  const candidates = fc.sample(fc.tuple(hostileArbitrary, hostileArbitrary, fc.nat(), fc.boolean()), {
    seed,
    numRuns: groups.length * ATTEMPTS,
  });
  const write = ({ paths }: Group, text: string) => {
    for (const path of paths) at(estate, path.slice(0, -1))[path.at(-1) as string | number] = text;
  };
  let open: Group[] = groups;
  let next = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    for (const group of open) {
      const [whole, piece, position, isWhole] = candidates[next++] ?? ['', '', 0, true];
      const cut = position % (group.original.length + 1);
      write(group, isWhole ? whole : group.original.slice(0, cut) + piece.slice(0, 3) + group.original.slice(cut));
    }
    open = refusedOf(estate, open, (group) => write(group, group.original));
  }
  const texts = groups.flatMap(({ paths, original }) =>
    paths.flatMap((path) => (at(estate, path) === original ? [] : [{ path, text: at(estate, path) as string }])),
  );
  return { estate, texts };
}

/** Undoes what the door refuses until it refuses nothing; returns what was undone. */
function refusedOf(estate: unknown, groups: readonly Group[], undo: (group: Group) => void): Group[] {
  const undone: Group[] = [];
  for (let left = groups; ; ) {
    const issues = estateSchema.safeParse(estate).error?.issues.map(({ path }) => path);
    const refusals = issues ?? checkEstate(estate).problems.flatMap(({ severity, path }) => (severity === 'error' ? [path] : []));
    if (refusals.length === 0) return undone;
    const refused = left.filter(({ paths }) => paths.some((place) => refusals.some((path) => overlap(path, place))));
    // What is refused elsewhere is the work of any of them.
    const back = refused.length > 0 ? refused : left;
    if (back.length === 0) throw new Error(`the door refuses the estate without a hostile text: ${JSON.stringify(refusals)}`);
    for (const group of back) undo(group);
    undone.push(...back);
    left = left.filter((group) => !back.includes(group));
  }
}
