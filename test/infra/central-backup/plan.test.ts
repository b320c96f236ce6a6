import fc from 'fast-check';
import {
  BACKED_UP,
  backupFiles,
  backupNames,
  clientEnvironment,
  commonEnvironment,
  storeEnvironment,
} from '../../../infra/central-backup/plan';
import { backupStoreSchema } from '../../../infra/model/backup';
import { componentsOf } from '../../../infra/model/central-cluster';
import { longestGapSeconds } from '../../../infra/model/schedule';
import { exampleCentral } from '../../support/centre';

const made = (backups: object) => {
  const central = exampleCentral({ backups });
  if ('off' in central.backups) throw new Error('it makes no backups');
  return { ...central, backups: central.backups };
};

test('a backup is old three hours after the longest gap of its schedule', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 23 }),
      fc.constantFrom('*', '1', '1,4', '*/2'),
      (minute, hour, weekday) => {
        const schedule = `${minute} ${hour} * * ${weekday}`;
        expect(commonEnvironment(made({ schedule }), 'kdc').OLD_AFTER).toBe(String(longestGapSeconds(schedule) + 3 * 3600));
      },
    ),
    { numRuns: 20 },
  );
});

test('every variable that a script takes is given to it, and names of Jobs are distinct', () => {
  const central = made({});
  const store = backupStoreSchema.parse({ host: 's3.example.com', addresses: ['198.51.100.0/28'], bucket: 'backups' });
  const given = (text: string) => new Set([...text.matchAll(/\$([A-Z][A-Z0-9_]*)/g)].map(([, name = '']) => name));
  const own = new Set([
    'MADE',
    'FILES',
    'MAKING',
    'CHECKING',
    'RESTORING',
    'MANIFEST',
    'CHOSEN',
    'FROM',
    'REPLACE',
    'ACCEPT_LOSS',
    'ONLY',
    'NF',
  ]);
  for (const of of BACKED_UP) {
    const files = backupFiles(central, of);
    const common = { ...commonEnvironment(central, of), KEEP_DAYS: '14' };
    const environments = {
      'backup.sh': { ...common, ...clientEnvironment(central, of) },
      'restore.sh': { ...common, ...clientEnvironment(central, of) },
      'copy.sh': { ...common, ...storeEnvironment(central, store, of) },
    };
    for (const [script, environment] of Object.entries(environments)) {
      const wanted = [...given(`${files['common.sh']}${files[script]}`)].filter((name) => !own.has(name));
      expect([of, script, wanted.filter((name) => !(name in environment))]).toEqual([of, script, []]);
    }
  }
  const names = BACKED_UP.flatMap((of) => Object.values(backupNames(of)));
  expect(new Set(names).size).toBe(names.length);
});

test('a centre has what copies backups only with a store, and no backups where they are off', () => {
  const backups = (central: ReturnType<typeof exampleCentral>) => componentsOf(central).filter((name) => name.includes('backup'));
  const store = { host: 's3.example.com', addresses: ['198.51.100.0/28'], bucket: 'backups' };
  expect(backups(exampleCentral())).toEqual(['kdc-backup', 'git-backup', 'postgres-backup', 'historian-backup']);
  expect(backups(exampleCentral({ backups: { store } }))).toContain('backup-copy');
  expect(backups(exampleCentral({ backups: { off: true, reason: 'a trial' } }))).toEqual([]);
});
