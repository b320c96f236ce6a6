import { found, minimalWith } from './found';

const rule = 'port-scan-bounded';
const STATED =
  'a port scan is stated: controllers have stopped at less, and its pod may reach what it scans as long as it is stated; remove it when it has run';

/** What the rule tells of a scan, less the warning that there is one. */
const of = (scan: object) =>
  found(
    rule,
    minimalWith(({ plants: { york } }) => {
      york.portScan = { reason: 'Inventory', targets: ['10.20.1.11'], ...scan };
    }),
  ).filter((line) => !line.endsWith(STATED));

describe('the rule of port scans', () => {
  test('a scan is warned of as long as it is stated', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.portScan = { reason: 'Inventory', targets: ['10.20.1.11'] };
    });
    expect(found(rule, estate)).toEqual([expect.stringMatching(/^warning: plants\.york\.portScan: /)]);
    expect(found(rule, estate)[0]).toContain(STATED);
    expect(
      found(
        rule,
        minimalWith(() => {}),
      ),
    ).toEqual([]);
  });

  test('one that cannot end before its deadline is refused', () => {
    expect(of({ targets: ['10.20.1.0/24'] })).toEqual([
      'error: plants.york.portScan.deadline: "30min" is too short: at 100 packets a second the scan takes at least 44 minutes; name fewer targets or ports, or a longer deadline, at most 12h',
    ]);
    expect(of({ targets: ['10.20.1.0/24'], deadline: '45min' })).toEqual([]);
    expect(of({ targets: ['10.20.1.0/24'], ports: [1, 700] })).toEqual([]);
  });

  test('targets beyond the plant are warned of', () => {
    expect(of({ targets: ['10.20.1.11', '192.0.2.0/30'] })).toEqual([
      'warning: plants.york.portScan.targets: "192.0.2.0/30" reaches beyond the plant’s networks (10.20.1.0/24); correct it, unless its owner agreed',
    ]);
  });
});
