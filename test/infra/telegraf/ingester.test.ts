import * as fc from 'fast-check';
import { environmentVariable, toToml } from '../../../infra/formats/toml';
import { setupLists } from '../../../infra/influxdb/setup';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import { centralClusterSchema } from '../../../infra/model/central-cluster';
import { SESSION_KEY } from '../../../infra/model/central-services';
import { ingesterGrant } from '../../../infra/model/contract';
import { historianBuckets } from '../../../infra/model/rows';
import { SIGNALS, type Signal, STORED_SIGNALS } from '../../../infra/model/signal';
import { ingesterConfiguration, sessionOf } from '../../../infra/telegraf/ingester';
import { exampleContract } from '../../support/centre';

function centre(serves: readonly Signal[], historian: Partial<CentralCluster['historian']> = {}) {
  const contract = exampleContract(serves);
  return { contract, historian: { ...centralClusterSchema.parse({ apiServer: { addresses: ['10.0.0.0/28'] } }).historian, ...historian } };
}

// biome-ignore lint/suspicious/noExplicitAny: a configuration table, looked into by name
const configuration = (serves: readonly Signal[], historian = {}): any => ingesterConfiguration(centre(serves, historian));

const someSignals = fc.subarray([...SIGNALS], { minLength: 1 });

test('for whatever a centre serves: one lasting session and one bucket for each stored signal, and the filters that the broker grants', () => {
  fc.assert(
    fc.property(someSignals, (serves) => {
      const { inputs, outputs, processors } = configuration(serves);
      const stored = STORED_SIGNALS.filter(({ signal }) => serves.includes(signal));
      expect(inputs.mqtt_consumer.map(({ client_id }: { client_id: string }) => client_id)).toEqual(
        stored.map(({ signal }) => environmentVariable(SESSION_KEY, `-${sessionOf(signal)}`)),
      );
      for (const input of inputs.mqtt_consumer) expect(input).toMatchObject({ qos: 1, persistent_session: true, topic_tag: 'topic' });
      expect(inputs.mqtt_consumer.flatMap(({ topics }: { topics: string[] }) => topics)).toEqual([...ingesterGrant(serves).subscribe]);
      expect(Object.keys(processors.starlark[0].constants.rules)).toEqual(stored.map(({ signal }) => signal));
      const written = outputs.http.map(({ url }: { url: string }) => new URL(url).searchParams.get('db')).sort();
      expect(written).toEqual(historianBuckets(centre(serves)).map(({ bucket }) => bucket));
    }),
    { numRuns: 15 },
  );
});

test('what is not acknowledged fits into the buffers, and no answer of the historian is an end', () => {
  const { agent, inputs, outputs } = configuration(SIGNALS);
  // A message holds 1000 lines at most, and brokers hand out 100 of them at once.
  expect(agent.metric_buffer_limit).toBeGreaterThanOrEqual(100 * 1_000);
  for (const input of inputs.mqtt_consumer) expect(input.max_undelivered_messages).toBeGreaterThan(100);
  for (const output of outputs.http) expect(output).not.toHaveProperty('non_retryable_statuscodes');
  expect(outputs).not.toHaveProperty('influxdb_v2');
});

test('no password stands in the configuration, and each bucket keeps its rows for as long as is said', () => {
  const text = toToml(configuration(SIGNALS));
  expect(text.match(/^(?:username|password) = "(.*)"$/gm)).not.toHaveLength(0);
  expect(text.replaceAll(/^(?:username|password) = "@\{(?:broker|historian):(?:username|password)\}"$/gm, '')).not.toMatch(
    /^(?:username|password|token) =/m,
  );
  const { processors } = configuration(SIGNALS, { keepsLogs: '2d' });
  expect(processors.starlark[0].constants.rules['logs/v1'].oldest).toBe(2 * 86_400 - 3_600);
  expect(setupLists(centre(SIGNALS, { keepsLogs: '2d' }), [{ name: 'writer', may: 'write' }])).toEqual({
    buckets: 'default 315360000\nplant-data 315360000\nplant-figures 315360000\nplant-logs 172800\nplant-refused 315360000\n',
    accounts: 'writer write plant-data plant-figures plant-logs plant-refused\n',
    tokens: '',
  });
});
