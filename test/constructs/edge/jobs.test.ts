import { brokerUsers } from '../../../infra/nats/users';
import { planBroker } from '../../../infra/placement/broker';
import { plantManifests } from '../../../stacks/manifest/build';
import { AGENT, JOBS } from '../../infra/rules/agents';
import { type Fields, objectNamed, ofKind, plantsOf } from '../../stacks/manifest/rendered';
import { withChange } from '../../support/estates';

/** The example with an agent at each press and an orchestrator, and a change. */
function plantWithJobs(change: (estate: Fields) => void = () => {}) {
  const [plant] = plantsOf(
    withChange((estate) => {
      estate.machineTypes.press.agent = { ...AGENT, commands: [...AGENT.commands, { port: 161, protocol: 'UDP', purpose: 'SNMP' }] };
      delete estate.machineTypes.lathe.agent;
      estate.plants.leeds.jobs = JOBS;
      change(estate);
    }),
  );
  if (!plant) throw new Error('there is no plant');
  return plant;
}

describe('job agents, orchestrator and command receiver', () => {
  const plant = plantWithJobs(({ plants }) => {
    plants.leeds.machines['press-2'].runsOn = 'b2';
    plants.leeds.machines['press-3'].rack = 'a';
    plants.leeds.machines['press-4'].differs = { agent: null };
  });
  const set = plantManifests(plant);
  const object = (text: string) => objectNamed(set, text);
  const secret = (text: string) => set.secrets.find(({ namespace, name }) => `${namespace}/${name}` === text)?.content;
  const env = (text: string) =>
    Object.fromEntries(object(text).spec.template.spec.containers[0].env.map(({ name, value }: Fields) => [name, value]));

  test('are there for the machines whose type states an agent and that do not take it away', () => {
    const deployments = ofKind(set, 'Deployment').filter(({ metadata }) => metadata.namespace === 'agents');
    expect(deployments.map(({ metadata }) => metadata.name)).toEqual(['press-1', 'press-2', 'press-3']);
    expect(JSON.parse(object('ConfigMap jobs/job-agents').data['agents.json'])).toEqual({
      agents: ['press-1', 'press-2', 'press-3'].map((machine) => ({ machine, url: `https://${machine}.agents.svc.cluster.local:8443` })),
    });
  });

  test('are reached as the model says: agents by the orchestrator, the orchestrator by nobody', () => {
    const jobs = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'jobs' } } };
    const orchestrator = { 'app.kubernetes.io/component': 'job-orchestrator', 'app.kubernetes.io/name': 'job-orchestrator' };
    expect(object('NetworkPolicy agents/press-1').spec).toMatchObject({
      ingress: [{ from: [{ ...jobs, podSelector: { matchLabels: orchestrator } }], ports: [{ port: 8443, protocol: 'TCP' }] }],
      egress: [
        { to: [{ ipBlock: { cidr: '10.20.1.11/32' } }], ports: [{ port: 102, protocol: 'TCP' }] },
        { to: [{ ipBlock: { cidr: '10.20.1.11/32' } }], ports: [{ port: 161, protocol: 'UDP' }] },
      ],
    });
    const policy = object('NetworkPolicy jobs/job-orchestrator').spec;
    expect(policy.ingress).toEqual([]);
    expect(policy.egress.map(({ ports }: Fields) => ports[0].port)).toEqual([8443, 3306, 8883]);
    const broker = JSON.stringify(object('NetworkPolicy messaging/plant-broker').spec.ingress);
    expect(broker).toContain('command-receiver');
    expect(broker).toContain('job-orchestrator');
    expect(broker).not.toContain('job-agent');
  });

  test('have certificates that are good for one end only, and no agent has one of a user of the broker', () => {
    expect(secret('agents/press-1-tls')).toEqual({
      kind: 'certificate',
      commonName: 'job-agent',
      dnsNames: ['press-1.agents.svc.cluster.local'],
      usages: ['server'],
    });
    expect(secret('jobs/job-orchestrator-tls')).toMatchObject({ commonName: 'job-orchestrator', usages: ['client'] });
    const users = brokerUsers(plant);
    expect(users.map(({ commonName }) => commonName)).not.toContain('job-agent');
    expect(users.filter(({ commonName }) => /job|command/.test(commonName))).toEqual([
      { commonName: 'command-receiver', publish: ['command/v1/leeds/jobs'], subscribe: ['answer/v1/leeds/jobs'] },
      { commonName: 'job-orchestrator', publish: ['answer/v1/leeds/jobs'], subscribe: ['command/v1/leeds/jobs'] },
    ]);
  });

  test('are told what they must know', () => {
    expect(env('Deployment agents/press-1')).toEqual({
      MILLWRIGHT_CALLER: 'job-orchestrator',
      MILLWRIGHT_CONTROLLER: '10.20.1.11',
      MILLWRIGHT_HOLD_MS: '10000',
      MILLWRIGHT_MACHINE: 'press-1',
      MILLWRIGHT_PLANT: 'leeds',
      MILLWRIGHT_PORT: '8443',
      MILLWRIGHT_TLS: '/run/plant-tls',
    });
    expect(env('Deployment jobs/job-orchestrator')).toEqual({
      MILLWRIGHT_AGENTS: '/run/job-agents/agents.json',
      MILLWRIGHT_ANSWERS: 'answer/v1/leeds/jobs',
      MILLWRIGHT_BROKER: 'mqtts://plant-broker.messaging.svc.cluster.local:8883',
      MILLWRIGHT_COMMANDS: 'command/v1/leeds/jobs',
      MILLWRIGHT_DATABASE: 'job-database.jobs.svc.cluster.local:3306',
      MILLWRIGHT_DATABASE_LOGIN: '/run/job-database-login',
      MILLWRIGHT_HOLD_MS: '10000',
      MILLWRIGHT_LEASE_MS: '30000',
      MILLWRIGHT_PLANT: 'leeds',
      MILLWRIGHT_TLS: '/run/plant-tls',
    });
  });

  test('run where the machine’s gateway would, one pod at a time', () => {
    const { strategy, template } = object('Deployment agents/press-2').spec;
    expect(strategy).toEqual({ type: 'Recreate' });
    expect(template.spec.nodeSelector).toEqual({ 'kubernetes.io/hostname': 'b2' });
    expect(template.spec.tolerations.map(({ key }: Fields) => key)).toContain('factoryplus.app.amrc.co.uk/specialised');
    expect(object('Deployment agents/press-3').spec.template.spec.nodeSelector).toEqual({ 'topology.kubernetes.io/zone': 'a' });
    expect(object('Deployment agents/press-1').spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels).toEqual({
      'app.kubernetes.io/component': 'job-agent',
    });
  });

  test('do not restart the orchestrator when an agent comes or goes', () => {
    const without = plantManifests(plantWithJobs(({ plants }) => delete plants.leeds.machines['press-1']));
    const pod = (from: typeof set) => JSON.stringify(objectNamed(from, 'Deployment jobs/job-orchestrator'));
    expect(pod(without)).toBe(pod(set));
    expect(objectNamed(without, 'ConfigMap jobs/job-agents').data).not.toEqual(object('ConfigMap jobs/job-agents').data);
  });

  test('keep room for commands in the store of the plant broker', () => {
    const { jobs: _, ...without } = plant;
    // 4 MiB of commands an hour, and answers to them.
    expect(planBroker(plant).bytesPerSecond - planBroker(without).bytesPerSecond).toBeCloseTo(3_495.25, 2);
  });
});
