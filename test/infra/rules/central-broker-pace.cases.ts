import { AGE_KEYS } from '../../support/estates';
import { found, minimalWith } from './found';

const sending = (scan: string, points: number) =>
  minimalWith(({ centrals: { centre }, machineTypes: { press }, plants: { york } }) => {
    centre.cluster = {
      apiServer: { addresses: ['10.0.0.0/28'] },
      secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
      storage: { brokerGiB: 4096 },
    };
    york.uplink = { bridges: '1h' };
    press.scans = { often: scan };
    press.points = Object.fromEntries(
      Array.from({ length: points }, (_, n) => [`p-${n}`, { address: `DB11.DBW${2 * n}`, type: 'INT', scan: 'often' }]),
    );
    for (let n = 2; n <= 14; n++) york.machines[`press-${n}`] = { ...york.machines['press-1'], address: `10.20.1.${100 + n}` };
  });

describe('the rule that a slow disk of the centre is told of', () => {
  test('plants that send more than it carries give a warning with the time that a flush may take', () => {
    expect(found('central-broker-pace', sending('250ms', 1))).toEqual([
      'warning: centrals.centre.cluster.storage.class: "standard" holds what its plants send, up to 56 messages/s, and the central broker writes each to the disk at once; see that its disks flush within 6.0 ms, as those with protection against power loss do (docs/central-broker.md)',
    ]);
  });

  test('the number of points does not matter, and a centre that is sent less is not told', () => {
    expect(found('central-broker-pace', sending('250ms', 9))).toHaveLength(1);
    expect(found('central-broker-pace', sending('1s', 9))).toEqual([]);
  });
});
