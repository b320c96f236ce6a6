import { scanRule } from '../../../../../infra/protocols/s7/rules/scan';
import { found } from '../machine';

describe('the rule that a point names a scan class of the machine type', () => {
  test.each([
    ['quick', undefined, 'fast, normal, slow'],
    ['normal', { shift: '1h', cycle: '500ms' }, 'cycle, shift'],
    ['constructor', undefined, 'fast, normal, slow'],
  ])('the scan class %s that does not exist is an error that lists those that do', (scan, scans, list) => {
    expect(found(scanRule, { ...(scans ? { scans } : {}), points: { p: { address: 'M0.0', type: 'BOOL', scan } } })).toEqual([
      {
        rule: 's7/scan',
        severity: 'error',
        path: ['machineTypes', 'press', 'points', 'p', 'scan'],
        value: scan,
        message: `is not a scan class of this machine type; it has ${list}`,
        remedy: 'write one of them, or add the scan class under scans',
      },
    ]);
  });

  test('the default scan class is no problem', () => {
    expect(found(scanRule)).toEqual([]);
  });
});
