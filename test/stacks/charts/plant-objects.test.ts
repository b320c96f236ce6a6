import { yamlText } from '../../../stacks/flux/yaml';
import { exampleSet, type Fields, objectNamed } from '../manifest/rendered';

// One of each kind of object of the example, in pieces that a reviewer reads on one screen. Labels are tested by themselves.
const set = exampleSet();
const object = (text: string): Fields => {
  const { metadata, ...rest } = objectNamed(set, text);
  return rest;
};
const snapshot = (value: unknown) => expect(`\n${typeof value === 'string' ? value : yamlText(value)}`);

describe('the gateway of lathe-2, which stands at a specialised node', () => {
  const { template, ...workload } = object('Deployment machines/lathe-2').spec;
  const { containers, ...pod } = template.spec;
  const { securityContext, resources, startupProbe, livenessProbe, readinessProbe, ...container } = containers[0];

  test('is one pod at a time', () => snapshot(workload).toMatchSnapshot());
  test('is a pod without rights that tolerates the taint of its node', () => snapshot(pod).toMatchSnapshot());
  test('runs Telegraf with its configuration and its certificate', () => snapshot(container).toMatchSnapshot());
  test('is confined and bounded', () => snapshot({ securityContext, resources }).toMatchSnapshot());
  test('is probed', () => snapshot({ startupProbe, livenessProbe, readinessProbe }).toMatchSnapshot());
  test('may reach its controller and the plant broker', () => snapshot(object('NetworkPolicy machines/lathe-2').spec).toMatchSnapshot());
  test('has an account without a token', () => snapshot(object('ServiceAccount machines/lathe-2')).toMatchSnapshot());
});

describe('the gateway of lathe-1, which may run anywhere', () => {
  test('spreads over racks and nodes', () => {
    const { topologySpreadConstraints, nodeSelector, tolerations } = object('Deployment machines/lathe-1').spec.template.spec;
    expect(nodeSelector).toBeUndefined();
    snapshot({ topologySpreadConstraints, tolerations }).toMatchSnapshot();
  });

  const tables: string[] = object('ConfigMap machines/lathe-1').data['telegraf.conf'].split('\n\n');
  const metric = (table: string) => /^\[+inputs\.s7comm\.metric/.test(table);

  // Scripts are tested by themselves (test/infra/telegraf).
  const shown = tables.filter((table) => !metric(table)).map((table) => table.replace(/^source = .*$/m, 'source = …'));
  const isProcessor = (table: string) => /^\[+processors\./.test(table);

  test('reads its controller and publishes on one topic', () => {
    snapshot(shown.filter((table) => !isProcessor(table)).join('\n\n')).toMatchSnapshot();
  });

  test('says how good each reading is', () => snapshot(shown.filter(isProcessor).join('\n\n')).toMatchSnapshot());

  test('reads each point as a metric of its own', () => {
    expect(tables.filter(metric)).toHaveLength(3 * 6);
    snapshot(tables.filter(metric).slice(6, 12).join('\n\n')).toMatchSnapshot();
  });
});

describe('the plant broker', () => {
  const { template, ...workload } = object('StatefulSet messaging/plant-broker').spec;
  const { containers, ...pod } = template.spec;
  const { securityContext, resources, startupProbe, livenessProbe, readinessProbe, ...container } = containers[0];
  const { authorization, ...conf } = JSON.parse(object('ConfigMap messaging/plant-broker').data['nats.conf']);

  test('is three servers with a volume each', () => snapshot(workload).toMatchSnapshot());
  test('puts its servers on different nodes', () => snapshot(pod).toMatchSnapshot());
  test('runs NATS with its configuration, its certificate and its store', () => snapshot(container).toMatchSnapshot());
  test('is bounded and probed', () => snapshot({ resources, startupProbe, livenessProbe, readinessProbe }).toMatchSnapshot());
  test('replicates every message', () => snapshot(conf).toMatchSnapshot());

  test('lets each gateway publish on one topic, and the publisher read all', () => {
    expect(authorization.users).toHaveLength(16);
    const named = (name: string) => authorization.users.find(({ user }: Fields) => user === `CN=${name}`);
    snapshot(['data-publisher', 'lathe-1'].map(named)).toMatchSnapshot();
  });

  test('loses one server at a time', () => snapshot(object('PodDisruptionBudget messaging/plant-broker').spec).toMatchSnapshot());
  test('is reached by gateways, what computes, watches and publishes, and itself', () => {
    const { ingress, egress, ...rest } = object('NetworkPolicy messaging/plant-broker').spec;
    const peer = ({ namespaceSelector, podSelector }: Fields) =>
      [...Object.values(namespaceSelector?.matchLabels ?? {}), ...Object.values(podSelector.matchLabels)].join(' ');
    const rules = (list: Fields[], peers: 'from' | 'to') =>
      list.map(
        (rule) =>
          `${rule[peers].map(peer).join(', ')}: ${rule.ports.map(({ port, protocol }: Fields) => `${protocol} ${port}`).join(', ')}`,
      );
    snapshot({ ...rest, ingress: rules(ingress, 'from'), egress: rules(egress, 'to') }).toMatchSnapshot();
  });

  test('has a Service for clients and one for its servers', () => {
    snapshot(['plant-broker', 'plant-broker-peers'].map((name) => object(`Service messaging/${name}`).spec)).toMatchSnapshot();
  });
});

describe('the data publisher', () => {
  test('may reach the plant broker and the centre', () => {
    snapshot(object('NetworkPolicy uplink/data-publisher').spec).toMatchSnapshot();
  });

  const conf: string = object('ConfigMap uplink/data-publisher').data['telegraf.conf'];
  const first = conf.indexOf('[[outputs.');
  const [inputs, outputs] = [conf.slice(0, first), conf.slice(first)];

  const figures = inputs.lastIndexOf('[[inputs.mqtt_consumer]]');

  test('takes from the plant broker', () => snapshot(inputs.slice(0, figures)).toMatchSnapshot());
  test('takes the figures of effectiveness with a session of their own', () => snapshot(inputs.slice(figures)).toMatchSnapshot());

  test('gives to the centre', () => {
    snapshot(outputs).toMatchSnapshot();
  });
});

describe('the platform', () => {
  test('has a namespace for each zone that admits restricted pods only', () => {
    snapshot(objectNamed(set, 'Namespace machines')).toMatchSnapshot();
  });

  test('bounds what runs in a zone, and closes it', () => {
    const names = ['ResourceQuota machines/zone-quota', 'NetworkPolicy machines/default-deny', 'NetworkPolicy machines/allow-dns'];
    snapshot(Object.fromEntries(names.map((name) => [name, object(name).spec]))).toMatchSnapshot();
  });

  test('ranks what keeps data above what reads it', () => {
    snapshot(['plant-data', 'plant-machines'].map((name) => object(`PriorityClass ${name}`))).toMatchSnapshot();
  });

  test('lets operators restart pods and see no Secret', () => {
    const { rules } = object('ClusterRole plant-operator-zone');
    const lines = rules.map(({ apiGroups, resources, verbs, ...rest }: Fields) => {
      expect(rest).toEqual({});
      return `${apiGroups.map((group: string) => group || 'core').join(', ')}: ${resources.join(', ')}: ${verbs.join(', ')}`;
    });
    snapshot(lines).toMatchSnapshot();
  });

  test('lets viewers look at the cluster', () => snapshot(object('ClusterRole plant-viewer-cluster').rules).toMatchSnapshot());

  test('gives the roles to groups, in each zone and for the cluster', () => {
    const { roleRef, subjects } = object('RoleBinding machines/plant-operator');
    snapshot({ roleRef, subjects, cluster: object('ClusterRoleBinding plant-operator-cluster') }).toMatchSnapshot();
  });
});
