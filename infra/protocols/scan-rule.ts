import type { Problem } from '../model/problem';
import type { PathOf, ProtocolMachine } from './protocol';

/** What the rule reads of a protocol's settings. */
interface WithScans {
  readonly scans: Readonly<Record<string, string>>;
  readonly points: Readonly<Record<string, { readonly scan: string }>>;
}

/**
 * A protocol's rule that every point names a scan class that the machine type has; its problems are `<id>/scan`.
 *
 * @param id the protocol's
 */
export function scanRuleOf(id: string) {
  return ({ settings }: ProtocolMachine<WithScans>, pathOf: PathOf): Problem[] => {
    const scans = Object.keys(settings.scans).sort();
    return Object.entries(settings.points)
      .filter(([, { scan }]) => !scans.includes(scan))
      .map(([name, { scan }]) => ({
        rule: `${id}/scan`,
        severity: 'error',
        path: pathOf('points', name, 'scan'),
        value: scan,
        message: `is not a scan class of this machine type; it has ${scans.join(', ')}`,
        remedy: 'write one of them, or add the scan class under scans',
      }));
  };
}
