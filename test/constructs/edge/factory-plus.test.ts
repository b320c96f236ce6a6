import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkEstate } from '../../../infra/estate/check';
import { edgeClusterUuid } from '../../../infra/factory-plus/edge-ids';
import { mqttRoles } from '../../../infra/factory-plus/mqtt-permissions';
import { problemText } from '../../../infra/model/problem';
import { plantManifests, softGatewaysManifests } from '../../../stacks/manifest/build';
import type { ManifestSet } from '../../../stacks/manifest/manifest-set';
import { openedPorts } from '../../stacks/manifest/contract';
import { edgeEstate } from '../../support/edge-estate';
import { exampleEstate } from '../../support/estates';
import { PEM } from '../../support/full-centre';
import { INSTALLED } from '../../support/installed-ids';

const PAGE = readFileSync(join(__dirname, '../../../docs/edge-operators.md'), 'utf8');
const OPERATORS = ['edge-monitor', 'edge-sync', 'krb-keys'];

// biome-ignore lint/suspicious/noExplicitAny: objects as they are applied, looked into by name
type Objects = any;

/** The estate without an error. */
function checked(estate: unknown) {
  const { plants, softGateways, centralClusters, problems } = checkEstate(estate);
  const errors = problems.filter(({ severity }) => severity === 'error').map(problemText);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return { plants, softGateways, centralClusters };
}

/** The example's plant under Factory+, which takes commands, with logs: it has all of it. */
function wholePlant(change: (estate: Objects) => void = () => {}) {
  const estate = exampleEstate();
  estate.centrals.sheffield.installed = INSTALLED;
  estate.plants.leeds.factoryPlus = {};
  estate.plants.leeds.logs = { mebibytesPerDay: 96 };
  change(estate);
  const { plants, centralClusters } = checked(estate);
  const [plant] = plants;
  const [central] = centralClusters;
  if (!plant || !central) throw new Error('the example has no plant or no centre');
  return { plant, central, ...looked(plantManifests(plant)) };
}

function looked(set: ManifestSet) {
  const objects: Objects[] = set.entries.map(({ object }) => object);
  const of = (kind: string, name: string, namespace?: string): Objects =>
    objects.find(
      (object) =>
        object.kind === kind && object.metadata.name === name && (namespace === undefined || object.metadata.namespace === namespace),
    );
  return { set, objects, of, podOf: (name: string): Objects => of('Deployment', name, 'factory-plus').spec.template.spec };
}

const { plants, softGateways } = checked(edgeEstate());
const [rotherham] = plants;
const [gateways] = softGateways;
if (!rotherham || !gateways) throw new Error('the edge estate lacks a cluster');
const small = { plant: looked(plantManifests(rotherham)), 'cluster of soft gateways': looked(softGatewaysManifests(gateways)) };
const whole = wholePlant();

describe.each(Object.entries(small))('the operators of a %s', (_, { podOf, of, set }) => {
  test.each(OPERATORS)('%s is one pod that is never there twice, on an amd64 node that takes general-purpose workloads', (name) => {
    expect(of('Deployment', name).spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    const { affinity, nodeSelector, tolerations } = podOf(name);
    expect(affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms).toEqual([
      { matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] }] },
    ]);
    expect(nodeSelector).toBeUndefined();
    expect(tolerations.map(({ key }: Objects) => key).sort()).toEqual(['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']);
  });

  test('are told of their cluster by one ConfigMap, each what it reads', () => {
    const { data } = of('ConfigMap', 'cluster-config');
    expect(data).toEqual({
      CLUSTER_NAME: set.cluster,
      CLUSTER_UUID: edgeClusterUuid('FACTORY.EXAMPLE.COM', set.cluster),
      DIRECTORY_URL: 'https://directory.factory.example.com',
      REALM: 'FACTORY.EXAMPLE.COM',
      SEALED_SECRETS_CONTROLLER: 'sealed-secrets',
      SEALED_SECRETS_NAMESPACE: 'sealed-secrets',
    });
    const told = (name: string) =>
      podOf(name)
        .containers[0].env.flatMap(({ valueFrom }: Objects) => valueFrom?.configMapKeyRef.key ?? [])
        .sort();
    expect(told('krb-keys')).toEqual(['CLUSTER_UUID', 'DIRECTORY_URL']);
    expect(told('edge-monitor')).toEqual(['CLUSTER_UUID', 'DIRECTORY_URL', 'REALM']);
    expect(told('edge-sync')).toEqual(Object.keys(data));
  });

  test('nothing of a plant waits for them, and what they act on is defined before', () => {
    const phases = new Map(set.entries.map(({ component, phase }) => [component, phase]));
    expect(phases.get('factory-plus-definitions')).toBe('platform');
    expect(phases.get('factory-plus-operators')).toBe('factory-plus');
    const defined = set.entries.flatMap(({ component, object }) =>
      component === 'factory-plus-definitions' ? [object.metadata.name] : [],
    );
    expect(defined).toEqual([
      'kerberos-keys.factoryplus.app.amrc.co.uk',
      'localsecrets.factoryplus.app.amrc.co.uk',
      'sealedsecrets.bitnami.com',
      'sparkplugnodes.factoryplus.app.amrc.co.uk',
      // The policy and its binding.
      'secret-types-krb-keys',
      'secret-types-krb-keys',
    ]);
  });
});

test('what is turned off does not run, and has no rights and no key', () => {
  const { objects } = wholePlant(({ plants: { leeds } }) => {
    leeds.factoryPlus = { monitor: { off: true, reason: 'No agents' }, sync: { off: true, reason: 'Air gap' } };
  });
  expect(objects.filter(({ metadata }) => /edge-(?:sync|monitor)|op1(?:sync|monitor)/.test(metadata.name))).toEqual([]);
  expect(objects.filter(({ kind, metadata }) => kind === 'CustomResourceDefinition' && /bitnami|helmreleases/.test(metadata.name))).toEqual(
    [],
  );
});

describe('the principals of a plant under Factory+', () => {
  const keys = whole.objects.filter(({ kind }) => kind === 'KerberosKey');
  const role = mqttRoles(whole.central).find(({ who }) => who === 'plant')?.uuid;

  test('are those of the page, each with the Secret that it says', () => {
    const rows = [...PAGE.matchAll(/^\| `([a-z0-9]+\/CLUSTER[^`]*)` \|[^|]*\| `([^`]+)` \|/gm)].map(([, principal = '', secret = '']) => [
      principal.replace('CLUSTER', 'leeds'),
      secret,
    ]);
    const rendered = keys.map(({ metadata, spec }) => [
      spec.principal.replace('@FACTORY.EXAMPLE.COM', ''),
      `${metadata.namespace}/${spec.secret.split('/')[0]}`,
    ]);
    const made = rows.filter(([principal]) => principal !== 'op1krbkeys/leeds' && principal !== 'nd1/leeds/MACHINE');
    expect(rendered.sort()).toEqual(made.sort());
    expect(rows.length).toBe(made.length + 2);
  });

  test('have accounts of the class of edge clusters, which are members of their roles and of no others', () => {
    const accounts = Object.fromEntries(keys.map(({ metadata, spec }) => [metadata.name, spec.account?.groups]));
    expect(accounts).toEqual({
      'command-receiver': [role],
      'data-publisher': [role],
      'log-collector': [role],
      op1flux: undefined,
      op1monitor: [INSTALLED.roles.edgeMonitor],
      op1sync: [INSTALLED.roles.edgeSync],
    });
    for (const { spec } of keys) if (spec.account) expect(spec.account.class).toBe('97756c9a-38e6-4238-b78c-3df6f227a6c9');
    expect(whole.of('KerberosKey', 'op1monitor').spec.account.sparkplug).toEqual({ group: 'Example-leeds', node: 'Monitor' });
  });

  test.each([
    ['data-publisher', 'uplink', 'Deployment'],
    ['command-receiver', 'uplink', 'Deployment'],
    ['log-collector', 'logs', 'DaemonSet'],
  ])('%s logs in at the central broker as itself, with a password that the operator makes', (client, namespace, kind) => {
    expect(whole.of('ConfigMap', `${client}-central-login`, namespace).data).toEqual({ username: `br1/leeds/${client}` });
    const { volumes, containers } = whole.of(kind, client, namespace).spec.template.spec;
    const login = volumes.find(({ name }: Objects) => name === 'central-login');
    expect(login.projected.sources).toEqual([
      { configMap: { name: `${client}-central-login` } },
      { secret: { name: `${client}-central-login` } },
    ]);
    expect(containers[0].volumeMounts).toContainEqual(expect.objectContaining({ name: 'central-login', mountPath: '/run/central-login' }));
  });

  test('leave no login at the centre to be given', () => {
    const given = (set: ManifestSet) =>
      set.secrets.filter(({ content }) => content.kind === 'login').map(({ namespace, name }) => `${namespace}/${name}`);
    expect(given(small.plant.set)).toEqual([]);
    expect(given(small['cluster of soft gateways'].set)).toEqual([]);
    // What is left is for others: machines, the ERP, receivers of alerts.
    const atTheCentre = (set: ManifestSet) => given(set).filter((secret) => /^(?:uplink|logs|factory-plus|flux-system)\//.test(secret));
    expect(atTheCentre(whole.set)).toEqual([]);
    const before = wholePlant(({ plants: { leeds } }) => delete leeds.factoryPlus);
    expect(atTheCentre(before.set)).toEqual(['logs/central-login', 'uplink/central-login']);
  });

  test('no principal of Flux where its repository is not at the centre, or where it does not deliver', () => {
    const elsewhere = wholePlant(({ plants: { leeds } }) => {
      leeds.repository = { url: 'https://git.example.org/leeds' };
    });
    const pulumi = wholePlant(({ plants: { leeds } }) => {
      leeds.delivery = 'pulumi';
    });
    for (const { of, podOf } of [elsewhere, pulumi]) {
      expect(of('KerberosKey', 'op1flux')).toBeUndefined();
      expect(of('Role', 'krb-keys', 'flux-system')).toBeUndefined();
      expect(podOf('krb-keys').containers[0].args).not.toContain('--namespace=flux-system');
    }
    // edge-sync ends where it cannot list them.
    expect(pulumi.of('CustomResourceDefinition', 'helmreleases.helm.toolkit.fluxcd.io')).toBeDefined();
  });
});

describe('what a plant under Factory+ reaches', () => {
  const insecure = wholePlant(({ centrals: { sheffield } }) => {
    sheffield.transport = { insecure: true, reason: 'Trial' };
    delete sheffield.certificateAuthority;
  });

  test('at its centre, as a whole: the ports of ACS and no others', () => {
    expect(openedPorts(whole.plant, whole.set)).toEqual([88, 443, 749, 8883]);
    expect(openedPorts(insecure.plant, insecure.set)).toEqual([80, 88, 749, 1883]);
    expect(openedPorts(rotherham, small.plant.set)).toEqual([88, 443, 749, 8883]);
  });

  test('by each operator: the ports of the page, and the API server', () => {
    const rows = [...PAGE.matchAll(/^\| `([a-z-]+)` \| ([\d, ]+) \| ([\d, ]+) \|$/gm)];
    expect(rows.map(([, name]) => name).sort()).toEqual(OPERATORS);
    const ports = ({ of }: typeof whole, name: string) => {
      const { ingress, egress } = of('NetworkPolicy', name, 'factory-plus').spec;
      expect(ingress).toEqual([]);
      return egress.map(({ ports: some }: Objects) => some.map(({ port }: Objects) => port).join(', '));
    };
    for (const [, name = '', secure, plain] of rows) {
      expect(ports(whole, name)).toEqual([secure, '6443']);
      expect(ports(insecure, name)).toEqual([plain, '6443']);
    }
  });
});

test('the rights of the operators are those of the page', () => {
  const rights = (name: string, namespace: string, rules: Objects[]) =>
    rules.map(({ apiGroups, resources, resourceNames, verbs }) => {
      const names = resourceNames ? ` (${resourceNames.map((one: string) => `\`${one}\``).join(', ')})` : '';
      const group = apiGroups.map((one: string) => (one === '' ? 'core' : `\`${one}\``)).join(', ');
      const what = `${resources.map((one: string) => `\`${one}\``).join(', ')}${names}`;
      return `| \`${name}\` | ${namespace} | ${group} | ${what} | ${[...verbs].sort().join(', ')} |`;
    });
  const bound = whole.objects
    .filter(({ kind }) => kind === 'RoleBinding' || kind === 'ClusterRoleBinding')
    .flatMap(({ metadata, roleRef, subjects }) =>
      subjects
        .filter(
          ({ kind, name, namespace }: Objects) => kind === 'ServiceAccount' && namespace === 'factory-plus' && OPERATORS.includes(name),
        )
        .flatMap(({ name }: Objects) =>
          rights(
            name,
            metadata.namespace === undefined ? 'all' : `\`${metadata.namespace}\``,
            whole.of(roleRef.kind, roleRef.name, metadata.namespace).rules,
          ),
        ),
    );
  const head = '| Account | Namespace | Group | Resources | Verbs |\n';
  const table =
    PAGE.slice(PAGE.indexOf(head) + head.length)
      .split('\n\n')[0]
      ?.split('\n')
      .slice(1) ?? [];
  expect(bound.sort()).toEqual([...table].sort());
});

describe('whom the operators trust', () => {
  test('the authority of the centre, where it has one of its own', () => {
    const own = wholePlant(({ centrals: { sheffield } }) => {
      sheffield.certificateAuthority = PEM;
    });
    expect(own.of('ConfigMap', 'central-ca', 'factory-plus').data['ca.crt']).toBe(own.plant.contract.certificateAuthority);
    const variable = (name: string) =>
      own.podOf(name).containers[0].env.find(({ value }: Objects) => value === '/run/central-ca/ca.crt')?.name;
    expect(OPERATORS.map(variable)).toEqual(['NODE_EXTRA_CA_CERTS', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE']);
    for (const name of OPERATORS) {
      expect(own.podOf(name).containers[0].volumeMounts).toContainEqual(expect.objectContaining({ mountPath: '/run/central-ca' }));
      // A new authority starts it again.
      const digest = own.of('Deployment', name).spec.template.metadata.annotations['millwright/central-ca'];
      expect(digest).toMatch(/^[0-9a-f]{32}$/);
    }
  });

  test('public authorities otherwise', () => {
    const text = JSON.stringify(OPERATORS.map(small.plant.podOf));
    expect(text).not.toMatch(/CA_CERTS|CA_BUNDLE|central-ca/);
  });
});

test('only the container that asks the API server has a token', () => {
  const pod = whole.podOf('krb-keys');
  const without = [...pod.initContainers, ...pod.containers].filter(({ volumeMounts }: Objects) =>
    volumeMounts.some(({ mountPath }: Objects) => mountPath === '/var/run/secrets/kubernetes.io/serviceaccount'),
  );
  expect(without.map(({ name }: Objects) => name)).toEqual(['first-tgt', 'first-kadmin', 'tgt-creds', 'kadmin-creds']);
  expect(pod.automountServiceAccountToken).toBe(true);
});

/** A section of the page, up to the next one. */
function section(title: string): string {
  const [, text] = new RegExp(`^## ${title}\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(PAGE) ?? [];
  if (text === undefined) throw new Error(`the page has no section ${title}`);
  return text;
}

/** What an object is called where it is told that it leaves the tree. */
const called = ({ kind, metadata: { namespace = '', name } }: Objects) => `${kind} ${namespace}/${name}`;

/** Objects of the whole plant that another rendering of it lacks. */
function dropped(change: (estate: Objects) => void): Objects[] {
  const left = wholePlant(change).objects.map(called);
  return whole.objects.filter((object) => !left.includes(called(object)));
}

describe('what the tree drops', () => {
  test('when the repository moves off the centre is the key of Flux, and the right to take it away', () => {
    const gone = dropped(({ plants: { leeds } }) => {
      leeds.repository = { url: 'https://git.example.com/leeds.git' };
      leeds.flux = { gitAddresses: ['192.0.2.64/32'] };
    });
    expect(gone.map(called).sort()).toEqual([
      'KerberosKey flux-system/op1flux',
      'Role flux-system/krb-keys',
      'RoleBinding flux-system/krb-keys',
    ]);
    expect(section('When the repository moves off the centre')).toContain('kubectl -n flux-system delete kerberoskey op1flux\n');
  });

  describe('when a plant leaves Factory+', () => {
    const text = section('When a plant leaves Factory\\+');
    const gone = dropped(({ plants: { leeds } }) => delete leeds.factoryPlus);
    const component = new Map(whole.set.entries.map((entry) => [called(entry.object), entry]));

    test('are keys, each of which the page has deleted while the operator runs', () => {
      const told = [...text.matchAll(/kubectl -n (\S+) delete kerberoskey ([^\n]*) --ignore-not-found/g)].flatMap(([, zone, names = '']) =>
        names.split(' ').map((name) => `KerberosKey ${zone}/${name}`),
      );
      expect(told.sort()).toEqual(
        gone
          .filter(({ kind }) => kind === 'KerberosKey')
          .map(called)
          .sort(),
      );
    });

    test('and those are held that would make them anew', () => {
      const [, held = ''] = /for name in ([^;]*); do/.exec(text) ?? [];
      const makers = gone.filter(({ kind }) => kind === 'KerberosKey').map((key) => component.get(called(key)));
      const kustomizations = makers.map((entry) => (entry?.phase === 'machines' ? entry.component : entry?.phase));
      expect(held.split(' ').sort()).toEqual([...new Set(kustomizations)].sort());
    });

    test('and what nobody prunes, which the page has removed, but for definitions', () => {
      const [, zones = ''] = /for zone in ([^;]*); do/.exec(text) ?? [];
      const told = [
        'Namespace /factory-plus',
        ...zones.split(' ').flatMap((zone) => [`Role ${zone}/krb-keys`, `RoleBinding ${zone}/krb-keys`]),
        ...['ClusterRole', 'ClusterRoleBinding'].map((kind) => `${kind} /factory-plus-edge-sync`),
        ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'].map((kind) => `${kind} /secret-types-krb-keys`),
      ];
      const left = gone.filter((object) => {
        const entry = component.get(called(object));
        return (entry?.phase === 'factory-plus' || entry?.protect) && object.metadata.namespace !== 'factory-plus';
      });
      const removed = left.filter(({ kind }) => !['KerberosKey', 'CustomResourceDefinition'].includes(kind));
      expect(removed.map(called).sort()).toEqual(told.sort());
      for (const name of [
        'delete namespace factory-plus',
        'role,rolebinding krb-keys',
        'clusterrole,clusterrolebinding factory-plus-edge-sync',
      ])
        expect(text).toContain(name);
      expect(text).toContain('validatingadmissionpolicybinding,validatingadmissionpolicy secret-types-krb-keys');
    });
  });
});
