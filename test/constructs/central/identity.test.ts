import { App, Chart } from 'cdk8s';
import { Identity } from '../../../constructs/central/identity';
import { KerberosKeysOperator } from '../../../constructs/central/kerberos-keys-operator';
import { FactoryPlusCrds } from '../../../constructs/kube/factory-plus-crds';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import { exampleCentral } from '../../support/centre';

// biome-ignore lint/suspicious/noExplicitAny: objects as they are applied, looked into by name
type Objects = any;

function rendered(declare: (chart: Chart) => void) {
  const chart = new Chart(new App(), 'identity');
  declare(chart);
  const objects: Objects[] = chart.toJson();
  const of = (kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata.name === name);
  return { objects, of, secrets: requiredSecrets(chart) };
}

const central = exampleCentral({ storage: { class: 'fast', identityGiB: 3 }, administrators: ['ann'] });

describe('the KDC', () => {
  const { of, objects, secrets } = rendered((chart) => new Identity(chart, 'identity', { central }));
  const { spec } = of('StatefulSet', 'kdc');
  const pod = spec.template.spec;

  test('is one pod with one volume, which belongs to the group of a user that is not root', () => {
    expect(spec.replicas).toBe(1);
    expect(spec.volumeClaimTemplates[0].spec).toMatchObject({ storageClassName: 'fast', resources: { requests: { storage: '3Gi' } } });
    expect(pod.securityContext).toMatchObject({ runAsUser: 100, runAsNonRoot: true, fsGroup: 100 });
    expect([...pod.initContainers, ...pod.containers].map(({ name }: Objects) => name)).toEqual([
      'make-database',
      'bootstrap',
      'kdc',
      'kadmind',
    ]);
    for (const { securityContext } of [...pod.initContainers, ...pod.containers]) expect(securityContext.runAsUser).toBe(100);
  });

  test('is asked at its ports by its Services of the names that clients know', () => {
    const ports = (name: string) =>
      of('Service', name).spec.ports.map(({ port, targetPort, protocol }: Objects) => [port, targetPort, protocol]);
    expect(ports('kdc')).toEqual([[88, 'kerberos', 'TCP']]);
    expect(ports('kadmin')).toEqual([
      [749, 'kerberos-adm', 'TCP'],
      [464, 'kpasswd', 'TCP'],
    ]);
    const listening = pod.containers.map(({ name, ports: its, readinessProbe }: Objects) => [
      name,
      Object.fromEntries(its.map((port: Objects) => [port.name, port.containerPort])),
      readinessProbe.tcpSocket.port,
    ]);
    expect(listening).toEqual([
      ['kdc', { kerberos: 8888 }, 8888],
      ['kadmind', { 'kerberos-adm': 8749, kpasswd: 8464 }, 8749],
    ]);
  });

  test('starts again when its files change: the rights of a person, or the configuration of its clients', () => {
    const annotations = (changed: ReturnType<typeof exampleCentral>) =>
      rendered((chart) => new Identity(chart, 'identity', { central: changed })).of('StatefulSet', 'kdc').spec.template.metadata
        .annotations;
    const before = spec.template.metadata.annotations;
    expect(annotations({ ...central, administrators: [] })['millwright/configuration']).not.toBe(before['millwright/configuration']);
    const moved = { ...central, contract: { ...central.contract, domain: 'other.example.com' } };
    expect(annotations(moved)['millwright/kerberos']).not.toBe(before['millwright/kerberos']);
    expect(of('ConfigMap', 'kdc-conf').data['kadm5.acl']).toContain('\nann/admin@FACTORY.EXAMPLE.COM acdilms\n');
    expect(Object.keys(of('ConfigMap', 'krb5-conf').data)).toEqual(['krb5.conf']);
  });

  test('may touch the two Secrets that it makes and no other, with an account of its own', () => {
    expect(objects.filter(({ kind }) => /Cluster/.test(kind))).toEqual([]);
    expect(pod.serviceAccountName).toBe('kdc');
    expect(of('Role', 'kdc').rules).toEqual([
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['krb5-keytabs', 'krb5-passwords'], verbs: ['get', 'patch'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
    ]);
    // Made by its pod: neither an object nor anybody's to give.
    expect(objects.some(({ kind }) => kind === 'Secret')).toBe(false);
    expect(secrets).toEqual([]);
  });
});

describe('the Kerberos keys operator', () => {
  const { of, objects, secrets } = rendered((chart) => new KerberosKeysOperator(chart, 'operator', { central }));
  const pod = of('Deployment', 'krb-keys-operator').spec.template.spec;
  const container = (name: string) => [...pod.initContainers, ...pod.containers].find((one: Objects) => one.name === name);

  test('is one pod that is never there twice', () => {
    expect(of('Deployment', 'krb-keys-operator').spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  });

  test('answers for itself whether it is alive, and its tickets answer for those who keep them', () => {
    expect(container('operator').args).toContain('--liveness=http://0.0.0.0:8080/healthz');
    // What keeps it from asking for rights in the whole cluster.
    expect(container('operator').args.at(-1)).toBe('/config/operator/settings.py');
    expect(of('ConfigMap', 'krb-keys-operator').data['settings.py']).toContain('settings.scanning.disabled = True');
    expect(container('operator').volumeMounts).toContainEqual(
      expect.objectContaining({ name: 'configuration', mountPath: '/config/operator' }),
    );
    expect(container('operator').livenessProbe.httpGet).toMatchObject({ path: '/healthz', port: 8080 });
    expect(container('tgt-creds').livenessProbe.exec.command).toEqual(['/usr/bin/klist', '-s', '-c', '/ccache/krbkeys']);
    expect(container('kadmin-creds').livenessProbe.exec.command).toEqual(['/usr/bin/klist', '-s', '-c', '/ccache/kadmin']);
  });

  test('sees its key only where tickets are got, and each ticket is got once before it starts', () => {
    const seeing = [...pod.initContainers, ...pod.containers].filter(({ volumeMounts }: Objects) =>
      volumeMounts.some(({ name }: Objects) => name === 'keytab'),
    );
    expect(seeing.map(({ name }: Objects) => name)).toEqual(['first-tgt', 'first-kadmin', 'tgt-creds', 'kadmin-creds']);
    const cache = (name: string) => container(name).env.find((variable: Objects) => variable.name === 'KRB5CCNAME').value;
    expect([cache('first-tgt'), cache('first-kadmin')]).toEqual([cache('tgt-creds'), cache('kadmin-creds')]);
    expect(container('operator').env).toContainEqual({ name: 'KADMIN_CCNAME', value: cache('kadmin-creds') });
    for (const name of ['first-kadmin', 'kadmin-creds']) expect(container(name).command.slice(-4)).toEqual(['-S', 'kadmin', '-I', 'admin']);
  });

  test('has rights in its namespace alone, and makes the first administrator', () => {
    expect(objects.filter(({ kind }) => /Cluster/.test(kind))).toEqual([]);
    expect(
      of('Role', 'krb-keys-operator').rules.flatMap(({ resources, verbs }: Objects) => resources.map((one: string) => [one, verbs])),
    ).toEqual([
      ['kerberos-keys', ['get', 'list', 'patch', 'watch']],
      ['localsecrets', ['get', 'list', 'patch', 'watch']],
      ['kerberos-keys/status', ['patch']],
      ['localsecrets/status', ['patch']],
      ['secrets', ['create', 'delete', 'get', 'patch']],
      ['events', ['create']],
    ]);
    expect(of('KerberosKey', 'admin').spec).toMatchObject({
      type: 'Password',
      principal: 'admin@FACTORY.EXAMPLE.COM',
      secret: 'admin-password/password',
    });
  });

  test('needs only Secrets that it or the KDC makes', () => {
    expect(secrets.map(({ name, keys, source }) => [name, keys, source])).toEqual([
      ['krb5-keytabs', ['op1krbkeys'], 'kerberosKey'],
      ['admin-password', ['password'], 'kerberosKey'],
    ]);
  });
});

test('there is a definition of each custom resource, with its status apart', () => {
  const { objects } = rendered((chart) => new FactoryPlusCrds(chart, 'crds'));
  expect(objects.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
    ['CustomResourceDefinition', 'kerberos-keys.factoryplus.app.amrc.co.uk'],
    ['CustomResourceDefinition', 'localsecrets.factoryplus.app.amrc.co.uk'],
    ['CustomResourceDefinition', 'sparkplugnodes.factoryplus.app.amrc.co.uk'],
  ]);
  for (const { spec } of objects)
    expect(spec.versions).toEqual([expect.objectContaining({ name: 'v1', storage: true, subresources: { status: {} } })]);
});
