import { CENTRAL_COMPONENTS, OPTIONAL_COMPONENTS } from '../../../infra/model/central-components';
import { certifiedHosts, HTTP_ROUTES, httpRoutesOf, tcpRoutesOf } from '../../../infra/model/routes';
import { ingressConfiguration, ingressRoutes } from '../../../infra/traefik/configuration';
import { exampleCentral } from '../../support/centre';

const central = exampleCentral();
const insecure = { ...central, contract: { ...central.contract, tls: false } };

// biome-ignore lint/suspicious/noExplicitAny: what a program of another language reads
type Read = any;

describe('what holds as long as the ingress runs', () => {
  test('it asks no API server, has no dashboard and no metrics, reports to nobody and trusts no forwarded header', () => {
    const read: Read = ingressConfiguration(central);
    expect(Object.keys(read).sort()).toEqual(['accessLog', 'entryPoints', 'global', 'log', 'ping', 'providers']);
    expect(read.global).toEqual({ checkNewVersion: false, sendAnonymousUsage: false });
    expect(read.providers).toEqual({ file: { directory: '/run/routes', watch: true } });
    expect(JSON.stringify(read)).not.toMatch(/insecure|trustedIPs|forwardedHeaders/);
  });

  test('its doors are those of the kind of installation, on the ports of the table', () => {
    const doors = (read: Read) => Object.fromEntries(Object.entries<Read>(read.entryPoints).map(([name, { address }]) => [name, address]));
    const kerberos = { kdc: ':8888', kpasswd: ':8464', kadmin: ':8749', ping: ':8081' };
    expect(doors(ingressConfiguration(central))).toEqual({ websecure: ':8443', web: ':8000', mqttsecure: ':8883', ...kerberos });
    expect(doors(ingressConfiguration(insecure))).toEqual({ web: ':8000', mqtt: ':1883', ...kerberos });
  });
});

describe('the routes', () => {
  test('lead to what the table of components lets the ingress reach, and to all of that', () => {
    const led = [...httpRoutesOf(central), ...tcpRoutesOf(central)].map(({ to, port }) => `${to}.${port}`);
    const reaches = CENTRAL_COMPONENTS.ingress.reaches.filter((target) => !target.startsWith('web-application'));
    expect([...new Set(led)].sort()).toEqual([...reaches].sort());
  });

  test('there is none for a component that is left out, and none of its names is in the certificate', () => {
    for (const component of OPTIONAL_COMPONENTS) {
      const without = { ...central, leavesOut: [component] };
      const labels = HTTP_ROUTES.filter(({ to }) => to === component).map(({ label }) => `${label}.factory.example.com`);
      expect(certifiedHosts(central).filter((host) => !certifiedHosts(without).includes(host))).toEqual(labels);
      expect(JSON.stringify(ingressRoutes(without))).not.toContain(`"${component}"`);
    }
  });

  test('lead to the web application at the host that the model names, where there is one', () => {
    const container = { image: 'registry.example.com/app:1.0.0', resources: { cpuMillis: [50, 500], memoryMiB: [64, 128] } };
    const own = exampleCentral({ webApplication: { host: 'andon', frontEnd: container, backEnd: container } } as never);
    expect(certifiedHosts(own).filter((host) => !certifiedHosts(central).includes(host))).toEqual(['andon.factory.example.com']);
    const { http }: Read = ingressRoutes(own);
    expect(http.routers['web-application']).toMatchObject({ rule: 'Host(`andon.factory.example.com`)', entryPoints: ['websecure'] });
    expect(http.services['web-application'].loadBalancer.servers).toEqual([
      { url: 'http://web-application.factory-plus.svc.cluster.local:80' },
    ]);
  });

  test('the certificate has no name without a route, such as data and manager of older versions', () => {
    expect(certifiedHosts(central)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(data|manager|kdc|kadmin)\./)]));
    expect(certifiedHosts(central)).toEqual(expect.arrayContaining(['factory.example.com', 'mqtt.factory.example.com']));
  });

  test('the historian is asked over TLS by the name of its certificate, and no certificate goes unchecked', () => {
    const { http }: Read = ingressRoutes(central);
    expect(http.services.historian.loadBalancer).toEqual({
      servers: [{ url: 'https://historian.factory-plus.svc.cluster.local:8086' }],
      serversTransport: 'own-authority',
    });
    expect(http.serversTransports).toEqual({ 'own-authority': { rootCAs: ['/run/cluster-authority/ca.crt'] } });
    expect(JSON.stringify(ingressRoutes(central))).not.toContain('insecureSkipVerify');
  });

  test('in an insecure installation nothing speaks TLS to those outside', () => {
    const read: Read = ingressRoutes(insecure);
    expect(read.tls).toBeUndefined();
    const routers = [...Object.values<Read>(read.http.routers), ...Object.values<Read>(read.tcp.routers)];
    expect(routers.filter(({ tls }) => tls !== undefined)).toEqual([]);
    expect(Object.keys(read.http.routers)).not.toContain('to-https');
  });

  test.each(['a.com`) || PathPrefix(`/', 'a.com\n', '{{ env "HOME" }}', ''])('a domain that is none, %j, is refused', (domain) => {
    expect(() => ingressRoutes({ ...central, contract: { ...central.contract, domain } })).toThrow(RangeError);
  });
});
