import { App, Chart } from 'cdk8s';
import { WebApplication } from '../../../constructs/central/web-application';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import { mqttRoles } from '../../../infra/factory-plus/mqtt-permissions';
import { centralClusterSchema } from '../../../infra/model/central-cluster';
import { exampleCentral } from '../../support/centre';
import { examplePlant } from '../../support/plants';

const APPLICATION = {
  frontEnd: { image: 'registry.example.com/front-end:1.0.0', health: { path: '/' } },
  backEnd: {
    image: 'registry.example.com/back-end:1.0.0',
    env: { TITLE: 'a $(b) c' },
    secrets: { mail: { purpose: 'the mail server' } },
    reaches: [{ address: '192.0.2.77', port: 587, purpose: 'mail' }],
  },
  commands: ['leeds'],
};

/** The web application of a centre with the example's plant, as objects by kind and name. */
function rendered(change: (central: ReturnType<typeof exampleCentral>) => object = () => ({})) {
  const plain = { ...exampleCentral({ webApplication: APPLICATION }), plants: [examplePlant()] };
  const central = { ...plain, ...change(plain) };
  const chart = new Chart(new App(), 'centre');
  const { webApplication } = central;
  if (!webApplication) throw new Error('the centre has no web application');
  new WebApplication(chart, 'web-application', { central, webApplication });
  // biome-ignore lint/suspicious/noExplicitAny: objects as they are applied, looked into by name
  const objects: any[] = chart.toJson();
  const of = (kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata.name === name);
  const env = (name: string): Record<string, string> =>
    Object.fromEntries(
      of('Deployment', name).spec.template.spec.containers[0].env.map((one: { name: string; value: string }) => [one.name, one.value]),
    );
  return { central, of, env, secrets: requiredSecrets(chart) };
}

interface Policy {
  readonly spec: {
    readonly egress: readonly {
      readonly to: readonly { readonly ipBlock?: { cidr: string }; readonly podSelector?: { matchLabels: Record<string, string> } }[];
      readonly ports: readonly { readonly port: number }[];
    }[];
  };
}

/** What a policy lets out, as `PEER:PORTS`. */
const reached = ({ spec }: Policy) =>
  spec.egress.flatMap(({ to, ports }) =>
    to.map(({ ipBlock, podSelector }) => {
      const peer = ipBlock?.cidr ?? podSelector?.matchLabels['app.kubernetes.io/name'];
      return `${peer}:${ports.map(({ port }) => port).join(',')}`;
    }),
  );

test('the front end is reached from the ingress alone, and reaches the back end alone', () => {
  const { of } = rendered();
  const policy = of('NetworkPolicy', 'web-application');
  expect(policy.spec.ingress.map(({ from }: { from: object[] }) => from)).toEqual([
    [
      expect.objectContaining({
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'ingress', 'app.kubernetes.io/component': 'ingress' } },
      }),
    ],
  ]);
  expect(reached(policy)).toEqual(['web-application-api:8080']);
});

test('the back end is reached from the front end alone, and reaches historian, broker, identity provider and what the model states', () => {
  const { of } = rendered();
  const policy = of('NetworkPolicy', 'web-application-api');
  const [rule] = policy.spec.ingress;
  expect(rule.from[0].podSelector.matchLabels['app.kubernetes.io/name']).toBe('web-application');
  expect(reached(policy)).toEqual(['historian:8086', '192.0.2.0/28:8883,443', 'ingress:8883,8443', '192.0.2.77/32:587']);
});

test('the back end is told where the historian and the broker are, and the topics of the plants that it may command', () => {
  const { env } = rendered();
  expect(env('web-application-api')).toEqual({
    MILLWRIGHT_BROKER: 'mqtts://mqtt.factory.example.com:8883',
    MILLWRIGHT_BROKER_LOGIN: '/run/broker-login',
    MILLWRIGHT_BROKER_SESSION: '/run/broker-session',
    MILLWRIGHT_DATABASES: 'plant-data,plant-figures',
    MILLWRIGHT_HISTORIAN: 'https://historian.factory-plus.svc.cluster.local:8086',
    MILLWRIGHT_HISTORIAN_CA: '/run/central-tls/ca.crt',
    MILLWRIGHT_HISTORIAN_LOGIN: '/run/historian-login',
    MILLWRIGHT_OPENID: 'https://openid.factory.example.com/realms/factory_plus',
    MILLWRIGHT_OPENID_CLIENT: 'app',
    MILLWRIGHT_PLANTS: '[{"plant":"leeds","commands":"command/v1/leeds/jobs","answers":"answer/v1/leeds/jobs"}]',
    MILLWRIGHT_PORT: '8080',
    // A kubelet reads $$ as one dollar.
    TITLE: 'a $$(b) c',
  });
  expect(env('web-application')).toEqual({
    MILLWRIGHT_BACK_END: 'http://web-application-api.factory-plus.svc.cluster.local',
    MILLWRIGHT_OPENID: 'https://openid.factory.example.com/realms/factory_plus',
    MILLWRIGHT_OPENID_CLIENT: 'app',
    MILLWRIGHT_PORT: '8080',
  });
});

test('without an identity provider nobody is told of one; without TLS the broker is asked without', () => {
  const { env } = rendered((central) => ({
    leavesOut: ['openid'],
    contract: { ...central.contract, tls: false, mqtt: { ...central.contract.mqtt, port: 1883 } },
  }));
  expect(Object.keys(env('web-application'))).toEqual(['MILLWRIGHT_BACK_END', 'MILLWRIGHT_PORT']);
  expect(env('web-application-api')).toMatchObject({ MILLWRIGHT_BROKER: 'mqtt://mqtt.factory.example.com:1883' });
});

test('its login at the broker is a member of the commander of each plant that the model names, and of nothing else', () => {
  const { central, of } = rendered();
  const commander = mqttRoles(central).find(({ who, plant }) => who === 'commander' && plant === 'leeds');
  expect(of('KerberosKey', 'sv1webapplicationapi').spec).toMatchObject({
    type: 'Password',
    secret: 'web-application-api-login/password',
    account: { groups: [commander?.uuid] },
  });
  const nobody = rendered(({ webApplication }) => ({ webApplication: { ...webApplication, commands: [] } }));
  expect(nobody.of('KerberosKey', 'sv1webapplicationapi').spec.account).not.toHaveProperty('groups');
});

test('the Secrets that it needs are those of its own accounts and what its owner gives', () => {
  const { secrets } = rendered();
  expect(secrets.map(({ name, source = 'made' }) => `${name} ${source}`).sort()).toEqual([
    'web-application-api-login kerberosKey',
    'web-application-api-mail made',
    'web-application-api-session made',
  ]);
});

test.each([
  [{ host: 'git' }, 'must not be the host of another component'],
  [{ host: 'acs-cli' }, 'must not be the host of another component'],
  [{ commands: ['leeds', 'leeds'] }, 'must name each plant once'],
  [{ backEnd: { ...APPLICATION.backEnd, secrets: { session: { purpose: 'x' } } } }, 'must not be named login or session'],
  [{ frontEnd: { ...APPLICATION.frontEnd, health: { port: 9090 } } }, 'Unrecognized key'],
])('the schema refuses %j', (differs, message) => {
  const result = centralClusterSchema.safeParse({
    apiServer: { addresses: ['10.0.0.0/28'] },
    webApplication: { ...APPLICATION, ...differs },
  });
  expect(result.error?.issues.map((issue) => issue.message).join('; ')).toContain(message);
});
