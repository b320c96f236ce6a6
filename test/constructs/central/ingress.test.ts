import { App, Chart } from 'cdk8s';
import { Ingress } from '../../../constructs/central/ingress';
import { PublicAuthority, publicAuthority } from '../../../constructs/central/public-authority';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import { certifiedHosts } from '../../../infra/model/routes';
import { newAuthority } from '../../../stacks/secrets/authority';
import { exampleCentral } from '../../support/centre';

function rendered(central = exampleCentral()) {
  const chart = new Chart(new App(), 'centre');
  new Ingress(chart, 'ingress', { central });
  // biome-ignore lint/suspicious/noExplicitAny: objects as they are applied, looked into by name
  const objects: any[] = chart.toJson();
  const of = (kind: string, name = 'ingress') => objects.find((object) => object.kind === kind && object.metadata.name === name);
  return { objects, of, secrets: requiredSecrets(chart) };
}

const insecure = (() => {
  const central = exampleCentral();
  return { ...central, contract: { ...central.contract, tls: false } };
})();

describe('the ingress', () => {
  test('is reached by a load balancer that keeps the address of who connects, on the ports of the kind of installation', () => {
    const { type, externalTrafficPolicy, ports } = rendered().of('Service').spec;
    expect([type, externalTrafficPolicy]).toEqual(['LoadBalancer', 'Local']);
    expect(ports.map(({ port }: { port: number }) => port)).toEqual([443, 80, 8883, 88, 464, 749]);
    expect(
      rendered(insecure)
        .of('Service')
        .spec.ports.map(({ port }: { port: number }) => port),
    ).toEqual([80, 1883, 88, 464, 749]);
  });

  test('tells the load balancer what the model states, and nothing by itself', () => {
    const loadBalancer = { class: 'metallb.io/metallb', annotations: { 'metallb.io/loadBalancerIPs': '192.0.2.1' } };
    const { metadata, spec } = rendered(exampleCentral({ loadBalancer })).of('Service');
    expect([metadata.annotations, spec.loadBalancerClass]).toEqual([loadBalancer.annotations, loadBalancer.class]);
    expect(rendered().of('Service').metadata).not.toHaveProperty('annotations');
    expect(rendered().of('Service').spec).not.toHaveProperty('loadBalancerClass');
  });

  test('has no token and no right, and reads its certificate and the authority of the cluster, not the key of the historian', () => {
    const { of, objects } = rendered();
    const { spec } = of('Deployment').spec.template;
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(objects.filter(({ kind }) => /Role/.test(kind))).toEqual([]);
    const secrets = spec.volumes.flatMap(({ secret, projected }: { secret?: unknown; projected?: { sources: { secret?: unknown }[] } }) => [
      ...(secret ? [secret] : []),
      ...(projected?.sources.flatMap(({ secret: one }) => one ?? []) ?? []),
    ]);
    expect(secrets).toEqual([
      { name: 'factoryplus-tls' },
      { secretName: 'historian-tls', defaultMode: 0o440, items: [{ key: 'ca.crt', path: 'ca.crt' }] },
    ]);
  });

  test('starts again when its doors change, and not when a route does', () => {
    const annotations = (central = exampleCentral()) => rendered(central).of('Deployment').spec.template.metadata.annotations;
    expect(annotations(exampleCentral({ leavesOut: ['i3x'] }))).toEqual(annotations());
    expect(annotations(insecure)).not.toEqual(annotations());
  });

  test('shows that it is alive on a port that no Service leads to', () => {
    const { of } = rendered();
    const [{ livenessProbe, readinessProbe, ports }] = of('Deployment').spec.template.spec.containers;
    for (const probe of [livenessProbe, readinessProbe]) expect(probe.httpGet).toMatchObject({ path: '/ping', port: 8081 });
    expect(ports).toContainEqual(expect.objectContaining({ containerPort: 8081 }));
    expect(of('Service').spec.ports.map(({ targetPort }: { targetPort: string }) => targetPort)).not.toContain('ping');
    expect(JSON.stringify(of('NetworkPolicy').spec.ingress)).not.toContain('8081');
  });

  test('is open to the clients that the model states, and to the pods that use public names', () => {
    const { ingress } = rendered(exampleCentral({ clients: ['10.0.0.0/8'] })).of('NetworkPolicy').spec;
    expect(ingress[0]).toEqual({
      from: [{ ipBlock: { cidr: '10.0.0.0/8' } }],
      ports: [8443, 8000, 8883, 8888, 8464, 8749].map((port) => ({ port, protocol: 'TCP' })),
    });
  });
});

describe('the certificate of the routes', () => {
  const hosts = certifiedHosts(exampleCentral());
  const requirement = (...args: Parameters<typeof rendered>) => rendered(...args).secrets.find(({ name }) => name === 'factoryplus-tls');

  test('is made by millwright for every host that has a route, unless the model says otherwise', () => {
    expect(requirement()).toEqual({
      namespace: 'factory-plus',
      name: 'factoryplus-tls',
      type: 'kubernetes.io/tls',
      keys: ['ca.crt', 'tls.crt', 'tls.key'],
      content: { kind: 'certificate', commonName: 'ingress', dnsNames: hosts, usages: ['server'] },
    });
    expect(rendered().of('Certificate', 'factoryplus-tls')).toBeUndefined();
  });

  test('is asked of cert-manager for the same hosts, with a new key each time', () => {
    const central = exampleCentral({ certificate: { by: 'cert-manager', issuer: 'company', kind: 'Issuer' } });
    expect(requirement(central)).toMatchObject({ source: 'given', keys: ['tls.crt', 'tls.key'] });
    expect(rendered(central).of('Certificate', 'factoryplus-tls').spec).toEqual({
      secretName: 'factoryplus-tls',
      dnsNames: hosts,
      usages: ['digital signature', 'server auth'],
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      issuerRef: { group: 'cert-manager.io', kind: 'Issuer', name: 'company' },
    });
  });

  test('that its owner gives is required with the hosts that it must name', () => {
    expect(requirement(exampleCentral({ certificate: { by: 'given' } }))).toMatchObject({
      source: 'given',
      content: { kind: 'other', purpose: `the hosts ${hosts.join(', ')}` },
    });
  });

  test('is needed by nobody in an insecure installation', () => {
    expect(requirement(insecure)).toBeUndefined();
  });
});

describe('the authority that signs the public names', () => {
  const certificateAuthority = newAuthority('centre', new Date()).signing.certificate;
  const central = exampleCentral();
  const signed = { ...central, contract: { ...central.contract, certificateAuthority } };
  const objects = (signedBy: typeof central) => {
    const chart = new Chart(new App(), 'centre');
    new PublicAuthority(chart, 'authority', { central: signedBy });
    return chart.toJson();
  };

  test('is one ConfigMap that every pod mounts, and pods start again when it changes', () => {
    const [configMap] = objects(signed);
    const { mounts, env, javaEnv, podAnnotations } = publicAuthority(signed);
    expect(mounts).toEqual([{ name: 'public-authority', path: '/run/central-ca', from: { configMap: configMap.metadata.name } }]);
    expect(env).toEqual({ NODE_EXTRA_CA_CERTS: '/run/central-ca/ca.crt' });
    expect(javaEnv.JAVA_TOOL_OPTIONS).toContain('trustStore=/run/central-ca/ca.jks');
    expect([configMap.data['ca.crt'], Object.keys(configMap.binaryData)]).toEqual([certificateAuthority, ['ca.jks']]);
    const both = { ...signed, contract: { ...signed.contract, certificateAuthority: certificateAuthority.repeat(2) } };
    expect(publicAuthority(both).podAnnotations).not.toEqual(podAnnotations);
    expect(objects(signed)).toEqual(objects(signed));
  });

  test('is nothing where public authorities sign, or nobody does', () => {
    const nothing = { mounts: [], env: {}, javaEnv: {}, podAnnotations: {} };
    for (const one of [central, { ...signed, contract: { ...signed.contract, tls: false } }]) {
      expect(publicAuthority(one)).toEqual(nothing);
      expect(objects(one)).toEqual([]);
    }
  });
});
