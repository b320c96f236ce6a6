import type { CentralCluster } from '../model/central-cluster';
import { byName } from '../model/order';
import { type PathStep, startsWith } from '../model/path';
import type { Plant } from '../model/plant';
import { type Problem, sortProblems } from '../model/problem';
import type { SoftGateways } from '../model/soft-gateways';
import { rules } from '../rules/registry';
import type { RuleContext } from '../rules/rule';
import { type CsvFiles, withCsvPoints } from './csv-points';
import { checkMachineType } from './machine-settings';
import { parseWithCuts } from './prune';
import { resolveCentrals, resolvePlant, resolveSoftGateways } from './resolve';
import { type EstateData, estateSchema } from './schema';

/** What the door says of an estate. */
export interface CheckedEstate {
  /** Every problem of the run, ordered by path. */
  readonly problems: readonly Problem[];
  /** The plants, ordered by name; empty when there is an error anywhere, so that bad input never yields a partial output. */
  readonly plants: readonly Plant[];
  /** Names of the central clusters, ordered. */
  readonly centrals: readonly string[];
  /** The central clusters that are rendered, ordered by name; empty when there is an error anywhere. */
  readonly centralClusters: readonly CentralCluster[];
  /** The clusters of soft gateways, ordered by name; empty when there is an error anywhere. */
  readonly softGateways: readonly SoftGateways[];
}

/**
 * The door: the one place where an estate is validated. Takes anything, throws nothing, and tells all problems together.
 *
 * @param input plain data, from `defineEstate` or read from a file
 * @param files the CSV files that it names in place of data points, by the paths it writes. @default - none; each that it names is a problem
 * @param passedOver ids of rules that are not asked, for what makes them hold. @default - none
 */
export function checkEstate(input: unknown, files: CsvFiles = new Map(), passedOver: readonly string[] = []): CheckedEstate {
  const csv = withCsvPoints(input, files);
  const { input: plain, data, problems: schemaFound, cuts } = parseWithCuts<EstateData>(estateSchema, csv.input);
  // What a file did not give is told once, by what is wrong with the file.
  const told = [...csv.missing, ...csv.problems.map(({ path }) => path)].map((path) => JSON.stringify(path));
  const refused = [...csv.problems, ...schemaFound.filter(({ path }) => !told.includes(JSON.stringify(path))).map(csv.locate)];
  if (!data) return { problems: sortProblems(refused), plants: [], centrals: [], centralClusters: [], softGateways: [] };

  const typeProblems = new Map(Object.entries(data.machineTypes).map(([name, type]) => [name, checkMachineType(name, type)]));
  const resolved = Object.entries(data.plants).map(([name, plant]) => resolvePlant(name, plant, data, typeProblems));
  const plants = resolved.map(({ plant }) => plant).sort(byName);

  const resolvedSoft = Object.entries(data.softGateways).map(([name, cluster]) => resolveSoftGateways(name, cluster, data, typeProblems));
  const softGateways = resolvedSoft.map(({ cluster }) => cluster).sort(byName);

  const centralClusters = resolveCentrals(data, plants, softGateways);

  const gaps = [...cuts, ...[...resolved, ...resolvedSoft].flatMap(({ omitted }) => omitted)];
  const context: RuleContext = {
    input: plain,
    data,
    plants,
    centralClusters,
    softGateways,
    isWhole: (...path) => !gaps.some((gap) => startsWith(gap, path) || startsWith(path, gap)),
  };
  const found = [
    ...[...typeProblems.values()].flat(),
    ...[...resolved, ...resolvedSoft].flatMap((result) => result.problems),
    ...rules
      .filter(({ id }) => !passedOver.includes(id))
      .flatMap((rule) => rule.check(context).map((problem) => ({ rule: rule.id, severity: 'error' as const, ...problem }))),
  ];
  // Where the schema refused something, a default or a stand-in was looked at, which nobody wrote.
  const seen = found.filter(({ path }) => !cuts.some((cut) => startsWith(path, cut) || asksForScans(path, cut)));
  const problems = [...refused, ...seen.map(csv.locate)];
  const bad = problems.some((problem) => problem.severity === 'error');
  return {
    problems: sortProblems(problems),
    plants: bad ? [] : plants,
    centrals: Object.keys(data.centrals).sort(),
    centralClusters: bad ? [] : centralClusters,
    softGateways: bad ? [] : softGateways,
  };
}

/** True for a point's scan class where the scan classes themselves were refused. */
function asksForScans(path: readonly PathStep[], cut: readonly PathStep[]): boolean {
  return cut.at(-1) === 'scans' && path.at(-1) === 'scan' && startsWith(path, cut.slice(0, -1));
}
