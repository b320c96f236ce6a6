import { checkEstate } from '../../../infra/estate/check';
import { FLUX_NAMESPACE } from '../../../infra/flux/names';
import { SEALED_SECRETS } from '../../../infra/model/edge-services';
import { sealingCertificates } from '../../../infra/sealed-secrets/certificate';
import { fluxTree } from '../../../stacks/flux/tree';
import { fluxWiring } from '../../../stacks/flux/wiring';
import { plantManifests, softGatewaysManifests } from '../../../stacks/manifest/build';
import type { ManifestSet } from '../../../stacks/manifest/manifest-set';
import { edgeEstate } from '../../support/edge-estate';
import { AGE_KEYS } from '../../support/estates';
import { makeSealingPair } from '../../support/sealing';

const NEWER = makeSealingPair(new Date('2026-12-01T00:00:00Z')).certificate;
const OLDER = makeSealingPair(new Date('2025-12-01T00:00:00Z')).certificate;
const SEALED = { sealedWith: NEWER + OLDER, ownerKeys: [AGE_KEYS[1]] };

// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
type Change = (plant: any) => void;
const checked = (change: Change) =>
  checkEstate(edgeEstate(({ plants, softGateways }) => [plants.rotherham, softGateways.gateways].map(change)));
function plantOf(change: Change) {
  const { problems, plants } = checked(change);
  const [plant] = plants;
  if (!plant) throw new Error(JSON.stringify(problems.filter(({ severity }) => severity === 'error')));
  return plant;
}
const plantWith = (change: Change): ManifestSet => plantManifests(plantOf(change));
const sealed: Change = (cluster) => {
  cluster.secrets = SEALED;
  cluster.images = { registry: 'registry.example.com', login: true };
};
const forFactoryPlus: Change = (cluster) => {
  cluster.factoryPlus = { sealedSecrets: true };
};

// biome-ignore lint/suspicious/noExplicitAny: objects as they are applied
const objects = ({ entries }: ManifestSet): any[] => entries.map(({ object }) => object);
const ofController = (set: ManifestSet, kind: string, namespace?: string) =>
  objects(set).filter(
    ({ kind: is, metadata }) =>
      is === kind && metadata.name === SEALED_SECRETS.name && (namespace === undefined || metadata.namespace === namespace),
  );
const container = (set: ManifestSet) => ofController(set, 'Deployment')[0].spec.template.spec.containers[0];
const argument = (set: ManifestSet, option: string) =>
  container(set)
    .args.find((arg: string) => arg.startsWith(`${option}=`))
    ?.slice(option.length + 1);
/** Namespaces in which the controller may make Secrets. */
const mayMake = (set: ManifestSet): string[] =>
  ofController(set, 'Role')
    .filter(({ rules }) =>
      rules.some((rule: { resources: string[]; verbs: string[] }) => rule.resources.includes('secrets') && rule.verbs.includes('create')),
    )
    .map(({ metadata }) => metadata.namespace)
    .sort();

describe('where nothing is sealed', () => {
  test('there is no controller, no zone, and nothing of it but the definition that the edge monitor watches', () => {
    const set = plantWith(() => {});
    const named = objects(set).flatMap(({ metadata }) => [metadata.name, metadata.namespace ?? '']);
    expect(named.filter((name) => /sealed-?secrets/.test(name))).toEqual(['sealedsecrets.bitnami.com']);
    expect(set.secrets.filter(({ source }) => source === 'sealed')).toEqual([]);
  });
});

describe('where the secrets of a cluster are sealed', () => {
  const set = plantWith(sealed);

  test('who fills each Secret is told as it is', () => {
    const sources = new Map(set.secrets.map(({ namespace, name, source }) => [`${namespace}/${name}`, source]));
    expect(sources.get('machines/press-1-client-tls')).toBe('sealed');
    expect(sources.get('uplink/registry-login')).toBe('sealed');
    expect([...sources.values()]).not.toContain('sops');
    // Nobody is there yet who could unseal them, or may.
    expect(sources.get('sealed-secrets/registry-login')).toBe('given');
    for (const [id, source] of sources) if (id.startsWith(`${FLUX_NAMESPACE}/`)) expect([id, source]).not.toEqual([id, 'sealed']);
  });

  test('the controller has rights, and looks, in just the namespaces of sealed Secrets and the other zones', () => {
    const where = new Set(set.secrets.filter(({ source }) => source === 'sealed').map(({ namespace }) => namespace));
    for (const namespace of where) expect(mayMake(set)).toContain(namespace);
    expect(argument(set, '--additional-namespaces')).toBe(mayMake(set).join(','));
    expect(ofController(set, 'ClusterRole')[0].rules).toEqual([
      { apiGroups: [''], resources: ['namespaces'], resourceNames: mayMake(set), verbs: ['get'] },
    ]);
    for (const namespace of [SEALED_SECRETS.zone, FLUX_NAMESPACE, 'kube-system']) expect(mayMake(set)).not.toContain(namespace);
  });

  test("it waits for the owner's keys, sees their public halves alone, and makes none", () => {
    const names = sealingCertificates(SEALED.sealedWith).map(({ secretName }) => secretName);
    const keys = set.secrets.filter(({ name }) => name.startsWith('sealing-key-'));
    expect(keys.map(({ name }) => name).sort()).toEqual([...names].sort());
    for (const key of keys) expect(key).toMatchObject({ namespace: 'sealed-secrets', type: 'kubernetes.io/tls', source: 'given' });
    const { volumes } = ofController(set, 'Deployment')[0].spec.template.spec;
    expect(volumes.map(({ secret }: { secret: object }) => secret)).toEqual(
      names.map((secretName) => ({ secretName, defaultMode: 0o440, items: [{ key: 'tls.crt', path: 'tls.crt' }] })),
    );
    expect(argument(set, '--key-renew-period')).toBe('0');
  });

  test('Flux applies what is sealed as it is, when its definition is there, and sops is for the authority alone', () => {
    const plant = plantOf(sealed);
    const secrets = fluxWiring(plant, []).find(({ metadata }) => metadata.name === 'secrets');
    expect(secrets?.spec).not.toHaveProperty('decryption');
    expect(set.entries.find(({ object }) => object.metadata.name === 'sealedsecrets.bitnami.com')).toMatchObject({
      phase: 'platform',
      protect: true,
    });
    const rules = fluxTree(set, plant).get('.sops.yaml') ?? '';
    expect(rules).toContain('authority/');
    expect(rules).not.toContain('secrets/');
  });
});

describe('where Factory+ seals', () => {
  const set = plantWith(forFactoryPlus);

  test('the controller makes its key itself, and Secrets in the zone of the edge agents alone', () => {
    expect(mayMake(set)).toEqual(['factory-plus', 'sealed-secrets']);
    expect(argument(set, '--additional-namespaces')).toBe('factory-plus');
    expect(set.secrets.filter(({ name }) => name.startsWith('sealing-key-'))).toEqual([]);
  });

  test('edge-sync gets the certificate, and nobody else gets anything of it', () => {
    const bindings = objects(set).filter(({ kind, metadata }) => /RoleBinding$/.test(kind) && metadata.namespace === SEALED_SECRETS.zone);
    expect(bindings.map(({ metadata, subjects }) => [metadata.name, subjects])).toEqual([
      ['edge-sync-certificate', [{ kind: 'ServiceAccount', name: 'edge-sync', namespace: 'factory-plus' }]],
      ['sealed-secrets', [{ kind: 'ServiceAccount', name: 'sealed-secrets', namespace: 'sealed-secrets' }]],
    ]);
  });

  test('without edge-sync nobody gets the certificate', () => {
    const without = plantWith((cluster) => {
      cluster.factoryPlus = { sealedSecrets: true, sync: { off: true, reason: 'nobody asks' } };
    });
    expect(objects(without).map(({ metadata }) => metadata.name)).not.toContain('edge-sync-certificate');
  });

  test('soft gateways have the same', () => {
    const [cluster] = checked(forFactoryPlus).softGateways;
    if (!cluster) throw new Error('there are no soft gateways');
    const gateways = softGatewaysManifests(cluster);
    expect(mayMake(gateways)).toEqual(['factory-plus', 'sealed-secrets']);
    expect(ofController(gateways, 'Service', 'sealed-secrets')).toHaveLength(1);
  });

  test('the API server reaches it, from its own addresses and from the pod network, and it reaches nothing else', () => {
    const [{ spec }] = ofController(set, 'NetworkPolicy');
    const apiServer = ['10.40.1.11/32', '10.40.1.12/32', '10.40.1.13/32'].map((cidr) => ({ ipBlock: { cidr } }));
    const from = [{ ipBlock: { cidr: '10.244.0.0/16' } }, ...apiServer];
    expect(spec.ingress).toEqual([{ from, ports: [{ protocol: 'TCP', port: 8080 }] }]);
    expect(spec.egress).toEqual([{ to: apiServer, ports: [{ protocol: 'TCP', port: 6443 }] }]);
  });
});
