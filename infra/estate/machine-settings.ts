import { nearest } from '../model/nearest';
import { oeeProblems } from '../model/oee';
import { type PathStep, startsWith, valueAt } from '../model/path';
import type { Problem } from '../model/problem';
import type { AnyProtocol, PathOf, ProtocolMachine } from '../protocols/protocol';
import { protocolById } from '../protocols/registry';
import type { EstateData } from './schema';
import { schemaProblems } from './schema-problems';

type MachineData = EstateData['plants'][string]['machines'][string];
type MachineTypeData = EstateData['machineTypes'][string];

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A machine's settings: those of its type, with what differs laid over them; points are merged by name, null leaves one out. So are the
 * settings of a device that an edge agent reads.
 */
function mergedSettings(type: Record<string, unknown>, differs: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...type, ...differs };
  if (isRecord(type.points) && isRecord(differs.points)) {
    merged.points = Object.fromEntries(Object.entries({ ...type.points, ...differs.points }).filter(([, point]) => point !== null));
  }
  if (isRecord(type.device) && isRecord(differs.device)) merged.device = mergedSettings(type.device, differs.device);
  return merged;
}

/**
 * A machine's settings as its protocol's schema returns them; without data when what differs does not fit.
 *
 * @param path where the machine stands in the estate
 */
export function settingsOfMachine(
  type: MachineTypeData,
  machine: MachineData,
  path: readonly PathStep[],
): { readonly data?: Record<string, unknown>; readonly problems: readonly Problem[] } {
  const { differs } = machine;
  if (differs === undefined) return { data: type, problems: [] };
  const at = [...path, 'differs'];
  const protocols = [['protocol'], ['device', 'protocol']].filter((steps) => valueAt(differs, steps) !== undefined);
  if (protocols.length > 0) {
    return {
      problems: protocols.map((steps) => ({
        rule: 'schema',
        severity: 'error',
        path: [...at, ...steps],
        value: valueAt(differs, steps),
        message: 'must not differ: the protocol belongs to the machine type',
        remedy: 'write a machine type of that protocol',
      })),
    };
  }
  const problems = leftOutInVain(type, machine, at);
  const { settings } = protocolById(type.protocol);
  const parsed = settings.safeParse(mergedSettings(type, differs));
  if (parsed.success) return { data: parsed.data, problems };
  return { problems: [...problems, ...schemaProblems(parsed.error.issues, settings, differs, at)] };
}

/** Points set to null that the machine type does not have: nearly always a slip, and the point that was meant is still read. */
function leftOutInVain(type: MachineTypeData, { type: typeName, differs }: MachineData, at: readonly PathStep[]): Problem[] {
  return [[], ['device']].flatMap((steps): Problem[] => {
    const points = valueAt(differs, [...steps, 'points']);
    if (!isRecord(points)) return [];
    const known = Object.keys(valueAt(type, [...steps, 'points']) ?? {});
    return Object.entries(points)
      .filter(([point, value]) => value === null && !known.includes(point))
      .map(([point]) => {
        const near = nearest(point, known);
        return {
          rule: 'schema',
          severity: 'error',
          path: [...at, ...steps, 'points', point],
          value: null,
          message: `leaves out a point that machine type ${typeName} does not have`,
          remedy: near === undefined ? 'remove it, or correct its name' : `write ${near} if you mean that, or remove it`,
        };
      });
  });
}

/** What the protocol's rules find, and when that is no error, what is wrong with what the machine's figures are computed from. */
function problemsOf(protocol: AnyProtocol, subject: ProtocolMachine<unknown>, pathOf: PathOf): Problem[] {
  const found = protocol.check(subject, pathOf);
  const { oee } = subject.settings as MachineTypeData;
  if (!oee || found.some(({ severity }) => severity === 'error')) return found;
  return [...found, ...oeeProblems(oee, protocol.points(subject), pathOf)];
}

/** What the protocol's rules find in a machine type by itself, whether a machine is of it or not. */
export function checkMachineType(name: string, settings: MachineTypeData): Problem[] {
  const protocol: AnyProtocol = protocolById(settings.protocol);
  // An address for documentation (RFC 5737): a type has none.
  return problemsOf(protocol, { name, address: '192.0.2.1', settings }, (...steps) => ['machineTypes', name, ...steps]);
}

/**
 * What the protocol's rules find in a machine beyond what is wrong with its type: mistakes that what differs at it brings about stand
 * with the machine, wherever the setting itself was stated.
 */
export function checkMachine(
  protocol: AnyProtocol,
  subject: ProtocolMachine<unknown>,
  { type, differs }: MachineData,
  path: readonly PathStep[],
  typeProblems: readonly Problem[],
): { readonly problems: readonly Problem[]; readonly readable: boolean } {
  const typePath = ['machineTypes', type];
  const own = (steps: readonly PathStep[]) => [...path, 'differs', ...steps];
  const found = problemsOf(protocol, subject, (...steps) => (valueAt(differs, steps) === undefined ? [...typePath, ...steps] : own(steps)));
  const isOfType = ({ rule, path }: Problem) => typeProblems.some((other) => other.rule === rule && samePath(other.path, path));
  return {
    problems: found
      .filter((problem) => !isOfType(problem))
      .map((problem) =>
        differs && startsWith(problem.path, typePath) ? { ...problem, path: own(problem.path.slice(typePath.length)) } : problem,
      ),
    readable: !found.some((problem) => problem.severity === 'error'),
  };
}

function samePath(a: readonly PathStep[], b: readonly PathStep[]): boolean {
  return a.length === b.length && startsWith(a, b);
}
