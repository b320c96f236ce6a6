import * as fc from 'fast-check';
import { checkEstate } from '../../../infra/estate/check';
import { plantManifests, softGatewaysManifests } from '../../../stacks/manifest/build';
import { edgeEstate } from '../../support/edge-estate';
import { estateArbitrary } from '../../support/estates';
import { broken, EXCUSED, edgeExcused, RULES, type Rule, said } from './hardening';
import { examplePlant, type Fields, plantsOf, watchedPlant, workloadsOf } from './rendered';

const example = examplePlant();
const set = plantManifests(example);
const subjects = workloadsOf(set).map((workload) => ({ plant: example, set, workload }));

test('the example has these workloads', () => {
  const withAgent = ['lathe-1', 'lathe-2', 'press-1', 'press-2', 'press-3', 'press-4'];
  const of = (zone: string, names: readonly string[]) => names.map((name) => `Deployment ${zone}/${name}`);
  expect(subjects.map(({ workload }) => workload.text).sort()).toEqual(
    [
      ...['CronJob jobs/job-backup-dump', 'CronJob jobs/job-restore', 'DaemonSet logs/log-collector'],
      ...['StatefulSet jobs/job-database', 'StatefulSet messaging/plant-broker'],
      ...of('agents', withAgent),
      ...of('flux-system', ['kustomize-controller', 'source-controller']),
      ...of('jobs', ['erp-link', 'job-backup', 'job-orchestrator']),
      ...of('machines', [...withAgent, 'furnace-1', 'furnace-2', 'station-1', 'station-2', 'station-3']),
      ...of('monitoring', ['alertmanager', 'kube-state-metrics', 'plant-monitor', 'prometheus']),
      ...of('processing', ['oee-calculator']),
      ...of('uplink', ['command-receiver', 'data-publisher']),
    ].sort(),
  );
});

describe.each(Object.entries(RULES))('every workload %s', (_, rule) => {
  test('of the example', () => {
    expect(subjects.flatMap((subject) => broken(rule, subject))).toEqual([]);
  });
});

describe('a plant with monitoring, log collection and a port scan', () => {
  const plant = watchedPlant();
  const watched = plantManifests(plant);
  const all = workloadsOf(watched).map((workload) => ({ plant, set: watched, workload }));

  test('keeps every rule but for what is excused', () => {
    expect(Object.values(RULES).flatMap((rule) => all.flatMap((subject) => broken(rule, subject)))).toEqual([]);
  });

  test('needs every excuse', () => {
    const told = Object.values(RULES).flatMap((rule) => all.flatMap((subject) => said(rule, subject)));
    expect(told.sort()).toEqual(
      Object.entries(EXCUSED)
        .filter(([text]) => !text.includes(' factory-plus/'))
        .flatMap(([text, problems]) => problems.map((problem) => `${text} ${problem}`))
        .sort(),
    );
  });
});

describe('Factory+ in a plant and in soft gateways', () => {
  const { plants, softGateways } = checkEstate(edgeEstate());
  const rendered = [
    ...plants.map((plant) => ({ plant, set: plantManifests(plant) })),
    ...softGateways.map((plant) => ({ plant, set: softGatewaysManifests(plant) })),
  ];
  const all = rendered.flatMap(({ plant, set: of }) => workloadsOf(of).map((workload) => ({ plant, set: of, workload })));
  const its = all.filter(({ workload }) => workload.namespace === 'factory-plus');

  test('keeps every rule but for what is excused', () => {
    expect(Object.values(RULES).flatMap((rule) => all.flatMap((subject) => broken(rule, subject)))).toEqual([]);
  });

  test.each(its.map((subject) => [`${subject.plant.name}, ${subject.workload.text}`, subject] as const))(
    'needs every excuse: %s',
    (_, subject) => {
      const { text } = subject.workload;
      const told = Object.values(RULES).flatMap((rule) => said(rule, subject));
      expect(edgeExcused(text)).not.toEqual([]);
      expect(told.sort()).toEqual(
        edgeExcused(text)
          .map((problem) => `${text} ${problem}`)
          .sort(),
      );
    },
  );

  test('has every workload that something is excused of', () => {
    const names = ['edge-agent-cell-1', 'edge-agent-meter-1', 'edge-agent-utilities-1', 'edge-monitor', 'edge-sync', 'krb-keys'];
    expect([...new Set(its.map(({ workload }) => workload.text))].sort()).toEqual(names.map((name) => `Deployment factory-plus/${name}`));
  });
});

test('every workload of any estate keeps every rule', () => {
  fc.assert(
    fc.property(estateArbitrary, (estate) => {
      for (const plant of plantsOf(estate)) {
        const rendered = plantManifests(plant);
        for (const workload of workloadsOf(rendered))
          for (const rule of Object.values(RULES)) expect(broken(rule, { plant, set: rendered, workload })).toEqual([]);
      }
    }),
    { numRuns: 5, seed: 4 },
  );
});

describe('a rule that nothing breaks would prove nothing', () => {
  const press = subjects.find(({ workload }) => workload.text === 'Deployment machines/press-1');
  const breaks: Record<keyof typeof RULES & string, (pod: Fields) => void> = {
    'is admitted by Pod Security restricted': (pod) =>
      Object.assign(pod.containers[0].securityContext, { capabilities: { add: ['NET_RAW'] } }),
    'has an account without a token': (pod) => Object.assign(pod, { serviceAccountName: 'default' }),
    'has requests and limits': (pod) => delete pod.containers[0].resources.limits.memory,
    'has three probes': (pod) => delete pod.containers[0].livenessProbe,
    'runs a release of an image': (pod) => Object.assign(pod.containers[0], { image: 'docker.io/library/telegraf:latest' }),
    'shows the registry a login where it asks for one': (pod) => Object.assign(pod, { serviceAccountName: 'default' }),
    'has a priority class that exists': (pod) => Object.assign(pod, { priorityClassName: 'high' }),
    'leaves a dead node after 30 seconds': (pod) => Object.assign(pod, { tolerations: [] }),
    'runs on a specialised node only if it names it': (pod) => pod.tolerations.push({ key: 'factoryplus.app.amrc.co.uk/specialised' }),
  };

  test.each(Object.entries(RULES))('it is noticed when no workload %s', (name, rule: Rule) => {
    if (!press) throw new Error('there is no press-1');
    const pod = structuredClone(press.workload.pod);
    breaks[name]?.(pod);
    expect(broken(rule, { ...press, workload: { ...press.workload, pod } })).not.toEqual([]);
  });
});
