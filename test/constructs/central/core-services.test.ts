import { podComplaints } from '../../../stacks/manifest/pod-admission';
import { exampleCentral } from '../../support/centre';
import { COMPONENTS, rendered } from './core-components';

const NAMES = Object.keys(COMPONENTS);

test.each(NAMES)('%s stands alone, as one pod that is never there twice', (name) => {
  const { workload, pod } = rendered(name);
  expect(workload.spec.replicas).toBe(1);
  if (workload.kind === 'Deployment') expect(workload.spec.strategy).toEqual({ type: 'Recreate' });
  expect(pod.automountServiceAccountToken).toBe(false);
  expect(podComplaints(workload)).toEqual([]);
});

test.each(NAMES.filter((name) => name !== 'postgres'))('%s shows that it works, and its heap ends before its memory does', (name) => {
  const { container, env } = rendered(name);
  expect(container.readinessProbe).toBeDefined();
  expect(container.livenessProbe).toBeDefined();
  const heap = Number(/^--max-old-space-size=(\d+)$/.exec(env.NODE_OPTIONS)?.[1]);
  expect(heap).toBeLessThan(Number.parseInt(container.resources.limits.memory, 10) * 0.75);
});

test('what listens on nothing shows its connection to the broker, and what listens accepts connections', () => {
  const probes = Object.fromEntries(
    NAMES.map((name) => [name, 'tcpSocket' in rendered(name).container.readinessProbe ? 'tcpSocket' : 'exec']),
  );
  expect(probes).toEqual({
    postgres: 'exec',
    'directory-webapi': 'tcpSocket',
    'directory-mqtt': 'exec',
    auth: 'tcpSocket',
    configdb: 'tcpSocket',
    git: 'tcpSocket',
    'cluster-manager': 'tcpSocket',
    cmdescd: 'tcpSocket',
    monitor: 'exec',
  });
});

test('each principal has one key, in a Secret of its component, and the administrator of databases one of its own', () => {
  const keys = NAMES.flatMap((name) => rendered(name).objects.filter(({ kind }) => kind === 'KerberosKey'));
  const principals = keys.map(({ spec }) => spec.principal);
  expect(new Set(principals).size).toBe(principals.length);
  expect(Object.fromEntries(keys.map(({ metadata, spec }) => [metadata.name, spec.secret]))).toMatchObject({
    op1pgadmin: 'postgres-admin-keytabs/dbadmin',
    'postgres.postgres': 'postgres-keytabs/server',
    sv1directory: 'directory-webapi-keytabs/client',
    'http.directory': 'directory-webapi-keytabs/server',
    'http.clusters': 'cluster-manager-keytabs/server',
  });
  expect(rendered('directory-mqtt').pod.volumes).toContainEqual(
    expect.objectContaining({
      secret: expect.objectContaining({ secretName: 'directory-webapi-keytabs', items: [{ key: 'client', path: 'client' }] }),
    }),
  );
});

test('only what makes a database sees the key of the administrator of databases', () => {
  for (const name of NAMES) {
    const { pod, container } = rendered(name);
    const volume = pod.volumes.find(({ secret }: { secret?: { secretName: string } }) => secret?.secretName === 'postgres-admin-keytabs');
    expect(container.volumeMounts.map((mount: { name: string }) => mount.name)).not.toContain(volume?.name ?? 'admin-keytabs');
    const migrates = (pod.initContainers ?? []).some((init: { name: string }) => init.name === 'db-init');
    expect([name, volume !== undefined]).toEqual([name, migrates]);
    expect([name, migrates]).toEqual([name, ['directory-webapi', 'auth', 'configdb'].includes(name)]);
  }
});

test('the first administrator overrides grants only where service-setup writes before there are any', () => {
  const overriding = NAMES.filter((name) => 'ROOT_PRINCIPAL' in rendered(name).env);
  expect(overriding).toEqual(['directory-webapi', 'auth', 'configdb']);
});

test('every client of the database insists on encryption', () => {
  for (const name of ['directory-webapi', 'directory-mqtt', 'auth', 'configdb']) {
    const { env, pod } = rendered(name);
    expect(env).toMatchObject({ PGGSSENCMODE: 'require', PGHOST: 'postgres.factory-plus.svc.cluster.local' });
    for (const init of pod.initContainers ?? []) expect(init.env).toContainEqual({ name: 'PGGSSENCMODE', value: 'require' });
  }
});

test('the Service of the Cluster Manager has the name by which its key and the Directory know it', () => {
  const { of, env } = rendered('cluster-manager');
  expect(of('Service', 'clusters').spec.selector['app.kubernetes.io/name']).toBe('cluster-manager');
  expect(env).toMatchObject({
    HOSTNAME: 'clusters.factory-plus.svc.cluster.local',
    HTTP_API_URL: 'http://clusters.factory-plus.svc.cluster.local',
    EXTERNAL_URL: 'https://clusters.factory.example.com',
    ORGANISATION_PREFIX: 'Example',
  });
});

test('a mirror opens the way to its server, and its login is a file of its name', () => {
  const central = exampleCentral({
    git: {
      mirrors: {
        charts: { url: 'https://git.example.org/charts.git', addresses: ['198.51.100.0/28'], login: true },
        seeds: { url: 'https://git.example.org:8443/seeds.git', addresses: ['198.51.100.0/28'] },
      },
    },
  });
  const { of, env, pod, secrets } = rendered('git', central);
  const outside = of('NetworkPolicy').spec.egress.filter(({ to }: { to: object[] }) => JSON.stringify(to).includes('198.51.100.0/28'));
  expect(outside.map(({ ports }: { ports: { port: number }[] }) => ports.map(({ port }) => port))).toEqual([[443], [8443]]);
  expect(env.SECRETS_DIR).toBe('/git-secrets');
  expect(pod.volumes).toContainEqual(
    expect.objectContaining({ projected: expect.objectContaining({ sources: [{ secret: { name: 'git-mirror-charts' } }] }) }),
  );
  expect(secrets).toContainEqual(expect.objectContaining({ name: 'git-mirror-charts', keys: ['charts'], source: 'given' }));
  expect('SECRETS_DIR' in rendered('git').env).toBe(false);
});

test('without the identity provider no token of it is asked for', () => {
  expect(rendered('auth').env.OIDC_DISCOVERY_URL).toBe(
    'https://openid.factory.example.com/realms/factory_plus/.well-known/openid-configuration',
  );
  expect(rendered('auth', exampleCentral({ leavesOut: ['openid'] })).env.OIDC_DISCOVERY_URL).toBe('');
});

test('a private authority is trusted by what asks public names, and its change starts it again', () => {
  const central = exampleCentral();
  const authority = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  const { env, workload } = rendered('git', { ...central, contract: { ...central.contract, certificateAuthority: authority } });
  expect(env.NODE_EXTRA_CA_CERTS).toMatch(/^\/run\//);
  expect(Object.keys(workload.spec.template.metadata.annotations)).toHaveLength(2);
});

test('the volume of the database is what the estate states, and its server is started past the entry point of its image', () => {
  const { workload, pod, container } = rendered('postgres', exampleCentral({ storage: { class: 'fast', databaseGiB: 3 } }));
  const [claim] = workload.spec.volumeClaimTemplates;
  expect(claim.spec).toMatchObject({ storageClassName: 'fast', resources: { requests: { storage: '3Gi' } } });
  expect(container).toMatchObject({ command: ['postgres'], securityContext: { runAsUser: 999, readOnlyRootFilesystem: true } });
  expect(pod.initContainers[0]).toMatchObject({ name: 'prepare', command: ['sh', '/etc/postgres/prepare.sh'] });
});
