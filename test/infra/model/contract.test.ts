import { centralGrants, ingesterGrant } from '../../../infra/model/contract';
import { SIGNALS, signalsOf } from '../../../infra/model/signal';

test('the centre grants a plant its own topics of what it uses, and whoever commands it the other ends of them', () => {
  expect(centralGrants('leeds', SIGNALS)).toEqual([
    {
      who: 'plant',
      publish: ['data/v1/leeds/+', 'oee/v1/leeds/+', 'logs/v1/leeds/+', 'answer/v1/leeds/jobs'],
      subscribe: ['command/v1/leeds/jobs'],
    },
    { who: 'commander', publish: ['command/v1/leeds/jobs'], subscribe: ['answer/v1/leeds/jobs'] },
  ]);
  expect(centralGrants('leeds', ['data/v1'])).toEqual([{ who: 'plant', publish: ['data/v1/leeds/+'], subscribe: [] }]);
});

test('the ingester reads what becomes rows, of every plant, and publishes nothing', () => {
  expect(ingesterGrant(['data/v1', 'command/v1'])).toEqual({ who: 'ingester', publish: [], subscribe: ['data/v1/+/+'] });
});

test('a plant uses production data always, and the rest as far as it has what makes it', () => {
  expect(signalsOf({ machines: [] })).toEqual(['data/v1']);
  expect(signalsOf({ machines: [{}, { oee: {} }], logs: {}, jobs: {} })).toEqual(['data/v1', 'oee/v1', 'logs/v1']);
  expect(signalsOf({ machines: [], jobs: { orchestrator: {} } })).toEqual(['data/v1', 'command/v1']);
});
