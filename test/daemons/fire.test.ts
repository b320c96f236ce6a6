import { checkEstate } from '../../infra/estate/check';
import example from '../../infra/sites/estate';
import { sessionOf } from '../../infra/telegraf/ingester';
import { newAuthority } from '../../stacks/secrets/authority';
import { isCampaign, seeds } from '../support/campaign';
import { ChainUnderFire, FAULTS, twoFaults } from './support/fire';
import { seededRandom } from './support/random';

/** Messages of a round. */
const MESSAGES = 2_000;

function exampleChain() {
  const centralAuthority = newAuthority('centre', new Date());
  const estate = structuredClone(example) as unknown as { centrals: { sheffield: { certificateAuthority?: string } } };
  estate.centrals.sheffield.certificateAuthority = centralAuthority.signing.certificate;
  const { plants, centralClusters, problems } = checkEstate(estate);
  const [plant, centre] = [plants[0], centralClusters[0]];
  if (!plant || !centre) throw new Error(JSON.stringify(problems, null, 2));
  return { plant, centre, centralAuthority };
}

describe('every reading that the plant broker acknowledged becomes a row of the historian', () => {
  let fire: ChainUnderFire;
  let [acknowledged, duplicates, disordered, rounds] = [0, 0, 0, 0];

  beforeAll(async () => {
    const { plant, ...options } = exampleChain();
    fire = await ChainUnderFire.of(plant, { ...options, machines: ['press-1'], centralGrants: true });
  }, 180_000);
  afterAll(async () => {
    console.log(
      `${rounds} rounds, ${acknowledged} messages acknowledged, 0 lost, ${duplicates} duplicates removed, ${disordered} readings came to a reader after newer ones`,
    );
    await fire?.end();
  });

  test.each(seeds(3, 50))(
    'in round %i',
    async (seed) => {
      const random = seededRandom(seed);
      const faults = twoFaults(random);
      const begun = Date.now();
      const result = await fire.round(MESSAGES, faults, random);
      console.log(
        `round ${seed}: ${faults.map(({ name }) => name).join(', ')}: ${result.acknowledged} acknowledged, ${result.lost.length} lost, ${result.duplicates} duplicates, ${result.disordered} disordered, ${Math.round((Date.now() - begun) / 1000)} s`,
      );
      expect(result.lost.slice(0, 5)).toEqual([]);
      expect(result.acknowledged).toBe(MESSAGES);
      acknowledged += result.acknowledged;
      duplicates += result.duplicates;
      disordered += result.disordered;
      rounds++;
    },
    300_000,
  );
});

test('a plant broker of three servers loses nothing while the link to the centre is cut for long', async () => {
  const { plant, ...options } = exampleChain();
  const fire = await ChainUnderFire.of(plant, options);
  try {
    const { acknowledged, waiting, lost, duplicates, disordered } = await fire.outage(isCampaign ? 60_000 : 3_000);
    console.log(
      `link cut while ${acknowledged} messages were acknowledged, of which ${waiting} waited when it was back: ${lost.length} lost, ${duplicates} duplicates, ${disordered} disordered`,
    );
    expect(waiting).toBeGreaterThan(acknowledged * 0.9);
    expect(lost.slice(0, 5)).toEqual([]);
  } finally {
    await fire.end();
  }
}, 600_000);

test('an ingester without a lasting session does lose what comes while it is away', async () => {
  const { plant, ...options } = exampleChain();
  const forgetful = (text: string) =>
    text.includes(sessionOf('data/v1')) ? text.replaceAll('persistent_session = true', 'persistent_session = false') : text;
  const fire = await ChainUnderFire.of(plant, { ...options, rewrite: forgetful });
  try {
    const ingester = FAULTS.filter(({ name }) => name === 'ingester killed');
    const { lost } = await fire.round(MESSAGES, ingester, () => 0.2, 5_000);
    console.log(`without a lasting session of the ingester: ${lost.length} readings lost`);
    expect(lost.length).toBeGreaterThan(0);
  } finally {
    await fire.end();
  }
}, 300_000);

test('faults have names of their own', () => {
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
});
