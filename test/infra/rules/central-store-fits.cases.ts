import { AGE_KEYS } from '../../support/estates';
import { found, minimalWith } from './found';

// biome-ignore lint/suspicious/noExplicitAny: an estate before the door has seen it
const withCluster = (cluster: object, change: (estate: any) => void = () => {}) =>
  minimalWith((estate) => {
    estate.centrals.centre.cluster = {
      apiServer: { addresses: ['10.0.0.0/28'] },
      secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
      ...cluster,
    };
    for (let n = 0; n < 60; n++)
      estate.machineTypes.press.points[`p-${n}`] = { address: `DB11.DBB${n * 250}`, type: 'STRING[200]', scan: 'fast' };
    estate.plants.york.uplink = { bridges: '1h' };
    change(estate);
  });

describe("the rule that what waits for the historian fits on the central broker's volume", () => {
  test('a volume too small for the time is refused with the size that would do', () => {
    const estate = withCluster({ storage: { brokerGiB: 2 }, ingest: { bridges: '72h' } });
    expect(found('central-store-fits', estate)).toEqual([
      expect.stringMatching(
        /^error: centrals\.centre\.cluster\.storage\.brokerGiB: 2 is too small to bridge 72h of its one plant at \d+ KiB\/s, which needs \d+ GiB; set it to \d+ or more before the broker is first deployed, or bridge a shorter time$/,
      ),
    ]);
  });

  test('the size that it names is enough, and one GiB less is not', () => {
    const at = (brokerGiB: number) => found('central-store-fits', withCluster({ storage: { brokerGiB } }));
    const needed = Number(/needs (\d+) GiB/.exec(at(1)[0] ?? '')?.[1]);
    expect(at(needed)).toEqual([]);
    expect(at(needed - 1)).toHaveLength(1);
  });

  test('all plants of the centre count', () => {
    const estate = withCluster({ storage: { brokerGiB: 1 } }, ({ plants }) => {
      plants.hull = structuredClone(plants.york);
    });
    expect(found('central-store-fits', estate)).toEqual([expect.stringMatching(/bridge 72h of its 2 plants at/)]);
  });

  test('a centre that is not rendered, and a time that is refused, are not held against the volume', () => {
    expect(
      found(
        'central-store-fits',
        minimalWith(() => {}),
      ),
    ).toEqual([]);
    expect(found('central-store-fits', withCluster({ storage: { brokerGiB: 1 }, ingest: { bridges: 'ever' } }))).toEqual([]);
  });
});
