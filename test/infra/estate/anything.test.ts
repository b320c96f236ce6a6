import * as fc from 'fast-check';
import { checkEstate } from '../../../infra/estate/check';
import { toNatsConf } from '../../../infra/formats/nats-conf';
import { toToml } from '../../../infra/formats/toml';
import { problemText } from '../../../infra/model/problem';
import { isWellFormed } from '../../../infra/model/text';
import { brokerConfiguration } from '../../../infra/nats/broker';
import { planGateways } from '../../../infra/placement/gateways';
import { gatewayConfiguration } from '../../../infra/telegraf/gateway';
import { publisherConfiguration } from '../../../infra/telegraf/publisher';
import { isCampaign } from '../../support/campaign';
import { exampleEstate } from '../../support/estates';
import { fullEstate } from '../../support/full-estate';
import { mutated } from '../../support/mutations';

/** Words of the schema library, of regular expressions and of JavaScript, and what a terminal would not print. */
const UNFIT = /Invalid|expected|received|undefined|\[object|\^\(\?:|[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** What every answer of the door keeps, whatever it was given. */
function holdsFor(input: unknown): boolean {
  const { problems, plants } = checkEstate(input);
  const texts = problems.map(problemText);
  const bad = problems.some((problem) => problem.severity === 'error');
  return (
    texts.every((text) => !UNFIT.test(text) && isWellFormed(text)) &&
    new Set(texts).size === texts.length &&
    (!bad || plants.length === 0) &&
    plants.every(
      (plant) =>
        toNatsConf(brokerConfiguration(plant)) !== '' &&
        toToml(publisherConfiguration(plant)) !== '' &&
        planGateways(plant).every((gateway) => toToml(gatewayConfiguration(plant, gateway)) !== ''),
    )
  );
}

describe('the door', () => {
  test('answers to anything, and throws nothing', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withNullPrototype: true,
          withSparseArray: true,
          withTypedArray: true,
        }),
        holdsFor,
      ),
      { numRuns: isCampaign ? 10_000 : 300 },
    );
  });

  test('answers to anything in the places of an estate', () => {
    fc.assert(
      fc.property(
        fc.record({
          centrals: fc.anything(),
          nodeTypes: fc.anything(),
          machineTypes: fc.anything(),
          plants: fc.dictionary(fc.string(), fc.anything()),
        }),
        holdsFor,
      ),
      { numRuns: 300 },
    );
  });

  test('answers to an estate with a few changes anywhere, and yields plants only when nothing is wrong', () => {
    fc.assert(fc.property(mutated(exampleEstate), holdsFor), { numRuns: isCampaign ? 1000 : 10 });
  });

  test('answers to an estate that states everything, with a few changes anywhere', () => {
    fc.assert(fc.property(mutated(fullEstate), holdsFor), { numRuns: isCampaign ? 9000 : 30 });
  });
});
