import { ClosedNamespace, type Conduit, WorkloadPolicy } from '../../../constructs/kube/network-policy';
import { rendered } from '../rendered';

const labels = { name: 'press-1', component: 'machine-gateway' };
const policy = (conduits: { ingress?: Conduit[]; egress?: Conduit[] }) =>
  rendered((chart) => new WorkloadPolicy(chart, 'policy', { namespace: 'machines', labels, ...conduits }))[0];

describe('a workload policy', () => {
  test('selects the pods by the labels that never change', () => {
    const { metadata, spec } = policy({ ingress: [], egress: [] });
    expect(metadata.name).toBe('press-1');
    expect(spec.podSelector.matchLabels).toEqual({ 'app.kubernetes.io/component': 'machine-gateway', 'app.kubernetes.io/name': 'press-1' });
  });

  test('closes a direction that has no conduit, and leaves alone one that is not named', () => {
    expect(policy({ ingress: [] }).spec).toMatchObject({ policyTypes: ['Ingress'], ingress: [] });
    expect(policy({ ingress: [] }).spec.egress).toBeUndefined();
    expect(policy({ egress: [] }).spec).toMatchObject({ policyTypes: ['Egress'], egress: [] });
  });

  test('opens an address as a network of one, IPv4 and IPv6', () => {
    const { spec } = policy({ egress: [{ peer: { networks: ['10.0.0.1', 'fd00::1', '10.1.0.0/16'] }, ports: [102] }] });
    expect(spec.egress[0].to.map((peer: { ipBlock: { cidr: string } }) => peer.ipBlock.cidr)).toEqual([
      '10.0.0.1/32',
      'fd00::1/128',
      '10.1.0.0/16',
    ]);
  });

  test('opens the protocol that the conduit speaks', () => {
    const { spec } = policy({ egress: [{ peer: { networks: ['10.0.0.1'] }, ports: [161, 162], protocol: 'UDP' }] });
    expect(spec.egress[0].ports).toEqual([
      { protocol: 'UDP', port: 161 },
      { protocol: 'UDP', port: 162 },
    ]);
  });

  test('asks for namespace and labels of a pod together', () => {
    const { spec } = policy({ ingress: [{ peer: { namespace: 'uplink', labels: { app: 'x' } }, ports: [8883] }] });
    expect(spec.ingress[0].from).toEqual([
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'uplink' } }, podSelector: { matchLabels: { app: 'x' } } },
    ]);
  });

  test('refuses a conduit to no network, which Kubernetes would read as all', () => {
    expect(() => policy({ egress: [{ peer: { networks: [] }, ports: [8883] }] })).toThrow('a conduit to no network');
  });
});

test('a closed namespace lets nothing through but questions to the DNS of the cluster', () => {
  const names = { defaultDeny: 'default-deny', allowDns: 'allow-dns' };
  const [deny, dns] = rendered((chart) => new ClosedNamespace(chart, 'closed', { namespace: 'machines', names, labels }));
  expect(deny.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  expect(dns.spec.egress).toHaveLength(1);
  expect(dns.spec.egress[0].ports).toEqual([
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ]);
});
