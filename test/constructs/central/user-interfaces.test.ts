import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import fc from 'fast-check';
import { AdminUi } from '../../../constructs/central/admin-ui';
import { Grafana } from '../../../constructs/central/grafana';
import { IdentityProvider } from '../../../constructs/central/identity-provider';
import { Visualiser } from '../../../constructs/central/visualiser';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import { dataSources, grafanaDatabases } from '../../../infra/grafana/configuration';
import { dashboardQueries, plantsDashboard } from '../../../infra/grafana/dashboard';
import { toIni } from '../../../infra/grafana/ini';
import { toJaas } from '../../../infra/keycloak/jaas';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import { exampleCentral } from '../../support/centre';

type Props = { central: CentralCluster };

/** One construct alone, as objects by kind and name. */
function rendered(Part: new (scope: Construct, id: string, props: Props) => Construct, central = exampleCentral()) {
  const chart = new Chart(new App(), 'centre');
  new Part(chart, 'part', { central });
  // biome-ignore lint/suspicious/noExplicitAny: objects as they are applied, looked into by name
  const objects: any[] = chart.toJson();
  const of = (kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata.name === name);
  const pod = (name: string) => (of('Deployment', name) ?? of('StatefulSet', name)).spec.template.spec;
  const env = (name: string): Record<string, string> =>
    Object.fromEntries(pod(name).containers[0].env.map((one: { name: string; value: string }) => [one.name, one.value]));
  return { of, pod, env, secrets: requiredSecrets(chart) };
}

const insecure = (): CentralCluster => {
  const central = exampleCentral();
  return { ...central, contract: { ...central.contract, tls: false } };
};

/** Where a container writes: mounts that are not read-only. */
const written = (container: { volumeMounts: { mountPath: string; readOnly: boolean }[] }) =>
  container.volumeMounts.filter(({ readOnly }) => !readOnly).map(({ mountPath }) => mountPath);

describe('the administration pages', () => {
  test('are copied and told the domain before nginx starts, as a user that is not root, on a read-only root', () => {
    const { of, pod } = rendered(AdminUi);
    expect(of('ConfigMap', 'admin').data['.env']).toBe('BASEURL=factory.example.com\nSCHEME=https\n');
    const { initContainers, containers } = pod('admin');
    expect(initContainers[0].args[0]).toContain('cd /run/admin-environment && /import-meta-env-alpine -x .env -p /pages/env.js');
    expect(containers[0]).toMatchObject({
      command: ['nginx'],
      securityContext: { runAsUser: 101, runAsNonRoot: true, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      readinessProbe: { httpGet: { path: '/env.js' } },
    });
    expect(written(containers[0])).toEqual(['/usr/share/nginx/html', '/var/cache/nginx', '/run', '/tmp']);
    // Both see the same pages.
    const pagesOf = (container: { volumeMounts: { name: string; mountPath: string }[] }) =>
      container.volumeMounts.find(({ name }) => name === 'pages')?.mountPath;
    expect([pagesOf(initContainers[0]), pagesOf(containers[0])]).toEqual(['/pages', '/usr/share/nginx/html']);
  });

  test('of an insecure installation say http, and a domain that would have to be escaped is refused', () => {
    expect(rendered(AdminUi, insecure()).of('ConfigMap', 'admin').data['.env']).toContain('SCHEME=http\n');
    const central = exampleCentral();
    expect(() => rendered(AdminUi, { ...central, contract: { ...central.contract, domain: 'a.example\nX=y' } })).toThrow(RangeError);
  });
});

describe('the visualiser', () => {
  test('is told public addresses, since the browser is what asks, and reaches nothing itself', () => {
    const { env, of } = rendered(Visualiser);
    expect(env('visualiser')).toEqual({
      DIRECTORY_EXTERNAL_URL: 'https://directory.factory.example.com',
      OIDC_CLIENT_ID: 'visualiser',
      OIDC_DISCOVERY_URL: 'https://openid.factory.example.com/realms/factory_plus/.well-known/openid-configuration',
      PORT: '8080',
    });
    expect(of('NetworkPolicy', 'visualiser').spec.egress).toEqual([]);
  });

  test('knows of no identity provider where there is none', () => {
    expect(Object.keys(rendered(Visualiser, exampleCentral({ leavesOut: ['openid', 'grafana'] })).env('visualiser'))).toEqual([
      'DIRECTORY_EXTERNAL_URL',
      'PORT',
    ]);
  });
});

describe('the identity provider', () => {
  test('runs from a copy of its program, so that its root is read-only, and answers how it is on a port of its own', () => {
    const { pod } = rendered(IdentityProvider);
    const { initContainers, containers } = pod('openid');
    expect(initContainers.map(({ name }: { name: string }) => name)).toEqual(['db-init', 'copy']);
    expect(written(containers[0])).toEqual(['/opt/keycloak', '/tmp']);
    expect(containers[0]).toMatchObject({
      livenessProbe: { httpGet: { path: '/health/live', port: 9000 } },
      readinessProbe: { httpGet: { path: '/health/ready', port: 9000 } },
      securityContext: { runAsUser: 1000, readOnlyRootFilesystem: true },
    });
  });

  test('logs in to its database by Kerberos: its key alone is mounted beside it, and that of the administrator before it', () => {
    const { pod, of, secrets } = rendered(IdentityProvider);
    const { initContainers, containers, volumes } = pod('openid');
    const secretAt = (container: { volumeMounts: { name: string; mountPath: string }[] }, path: string) => {
      const name = container.volumeMounts.find(({ mountPath }) => mountPath === path)?.name;
      return volumes.find((volume: { name: string }) => volume.name === name)?.secret.secretName;
    };
    expect(secretAt(containers[0], '/etc/keytabs')).toBe('openid-keytabs');
    expect(secretAt(initContainers[0], '/keytabs')).toBe('postgres-admin-keytabs');
    expect(of('ConfigMap', 'openid').data['login.conf']).toContain('principal="sv1openid@FACTORY.EXAMPLE.COM"');
    expect(secrets.map(({ name }) => name).sort()).toEqual(['keycloak-clients', 'openid-keytabs']);
  });
});

describe('a login configuration of Java', () => {
  const entry = (options: Record<string, string>) => toJaas({ pgjdbc: [{ module: 'com.example.Module', flag: 'required', options }] });

  test('has a line an option', () => {
    expect(entry({ keyTab: '/etc/keytabs/client' })).toBe(
      'pgjdbc {\n  com.example.Module required\n    keyTab="/etc/keytabs/client";\n};\n',
    );
  });

  test('carries every text unchanged, or refuses it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (text) => {
        let file: string;
        try {
          file = entry({ principal: text, storeKey: 'after' });
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          expect(text).toMatch(/[^ -~]|["\\]|\$\{/);
          return;
        }
        // As sun.security.provider.ConfigFile reads it: a quoted text ends at the next quote, and a backslash or line break would be taken for something.
        expect(/principal="([^"\\\n]*)"\n {4}storeKey="after";\n};\n$/.exec(file)?.[1]).toBe(text);
      }),
    );
  });

  test.each(['a b', 'a;', '', '1a', 'a{'])('refuses the name %j', (name) => {
    expect(() => entry({ [name]: 'x' })).toThrow(RangeError);
  });
});

describe('Grafana', () => {
  test('reads the historian with an account of its own, over TLS, and may write only to its volume', () => {
    const { pod } = rendered(Grafana);
    const [container] = pod('grafana').containers;
    expect(written(container)).toEqual(['/var/lib/grafana', '/tmp']);
    const mounted = pod('grafana').volumes.map(({ secret }: { secret?: { secretName: string } }) => secret?.secretName);
    expect(mounted.filter(Boolean).sort()).toEqual([
      'grafana-administrator',
      'grafana-encryption',
      'historian-grafana',
      'historian-tls',
      'keycloak-clients',
    ]);
    const { datasources } = JSON.parse(dataSources(exampleCentral())) as { datasources: { url: string; jsonData: object }[] };
    for (const { url, jsonData } of datasources) {
      expect(url).toBe('https://historian.factory-plus.svc.cluster.local:8086');
      expect(jsonData).toMatchObject({ tlsAuthWithCACert: true });
      expect(jsonData).not.toHaveProperty('tlsSkipVerify');
    }
  });

  test('people log in at the identity provider alone; without one, with the password of its administrator', () => {
    const ini = (central: CentralCluster): string => rendered(Grafana, central).of('ConfigMap', 'grafana').data['grafana.ini'];
    const own = ini(exampleCentral());
    expect(own).toContain('disable_login_form = true');
    expect(own).toContain('token_url = `https://openid.factory.example.com/realms/factory_plus/protocol/openid-connect/token`');
    expect(own).toContain('client_secret = $__file{/run/grafana-client/grafana}');
    expect(own).not.toContain('tls_client_ca');
    const without = ini(exampleCentral({ leavesOut: ['openid'] }));
    expect(without).toContain('disable_login_form = false');
    expect(without).not.toContain('generic_oauth');
    const central = exampleCentral();
    const certificateAuthority = `-----BEGIN CERTIFICATE-----\n${'QUJD'.repeat(16)}\n-----END CERTIFICATE-----\n`;
    expect(ini({ ...central, contract: { ...central.contract, certificateAuthority } })).toContain(
      'tls_client_ca = `/run/central-ca/ca.crt`',
    );
    expect(ini(insecure())).toContain('cookie_secure = false');
  });

  test('its dashboard asks databases that it has a data source for, in every choice of signals', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom('oee/v1', 'logs/v1', 'command/v1'), { maxLength: 3 }), (others) => {
        const central = exampleCentral();
        const some = { ...central, contract: { ...central.contract, serves: ['data/v1' as const, ...others] } };
        const known = grafanaDatabases(some);
        expect(dashboardQueries(some).filter(({ database }) => !known.includes(database))).toEqual([]);
        const { panels } = JSON.parse(plantsDashboard(some)) as { panels: { id: number; gridPos: { y: number } }[] };
        expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
        expect(panels.map(({ gridPos }) => gridPos.y)).toEqual(panels.map((_, index) => index * 9));
      }),
      { numRuns: 10 },
    );
  });
});

describe('a configuration of Grafana', () => {
  test('carries every text unchanged, or refuses it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          fc.constantFrom('$' + '{HOME}', '$__file{/x}', '$HOME', '%(x)s', '`', '; x', '"x"', 'a # b'),
        ),
        (text) => {
          let file: string;
          try {
            file = toIni({ server: { root_url: text, http_port: 1 } });
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
            expect(text).toMatch(/[^ -~]|[`]|\$[{_A-Za-z]|%\(/);
            return;
          }
          expect(file).toBe(`[server]\nroot_url = \`${text}\`\nhttp_port = 1\n`);
          expect(text).not.toMatch(/`|\n|\$\{|\$__|%\(/);
        },
      ),
    );
  });

  test.each([[{ 'a b': { x: 1 } }], [{ server: { 'x y': 1 } }], [{ server: { x: { file: '/run/a}b' } } }], [{ 'server]\n[x': { x: 1 } }]])(
    'refuses %j',
    (configuration) => {
      expect(() => toIni(configuration as never)).toThrow(RangeError);
    },
  );
});
