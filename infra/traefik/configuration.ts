import { hostRule } from '../formats/traefik-toml';
import type { CentralCluster } from '../model/central-cluster';
import { componentFacts } from '../model/central-components';
import type { ConfigTable } from '../model/config';
import {
  addressBehind,
  certifiedHosts,
  type EntryPoint,
  entryPointsOf,
  type HttpRoute,
  hostOf,
  httpRoutesOf,
  type Routed,
  tcpRoutesOf,
} from '../model/routes';

/** Where files lie in the container of the ingress. */
export const INGRESS_MOUNTS = {
  /** `traefik.toml`: what holds as long as the program runs. */
  configuration: '/etc/traefik',
  /** The one folder that is watched: `routes.toml`, and the certificate of the routes with its key. */
  routes: '/run/routes',
  /** `ca.crt`: who signs the programs behind the ingress that speak TLS themselves. */
  authority: '/run/cluster-authority',
} as const;

/** Port on which the ingress says that it is alive: to the kubelet, and to nobody else. */
export const PING_PORT = 8081;

/** Door of {@link PING_PORT}. */
const PING = 'ping';

/** How long an upload to a service may take, from its first byte to its last: a Git push over a slow line. Traefik's own is 60 s. */
const UPLOAD = '15m';

/** How long a client may take to say its first bytes, such as a TLS greeting. A connection that has said them is never ended for silence. */
const GREETING = '30s';

/** How long new connections are still taken after the signal to end, while load balancers find out. */
const LEAVING = '5s';

/** How long requests and connections may then go on. MQTT clients come back by themselves. */
const GRACE = '10s';

/** Seconds between the signal to end and the end, more than {@link LEAVING} and {@link GRACE} together. */
export const INGRESS_GRACE_SECONDS = 30;

/** What the access log tells of a request. Neither its path with the query nor any header: logins leave codes, tokens and passwords there. */
const LOGGED = [
  'ClientHost',
  'DownstreamContentSize',
  'DownstreamStatus',
  'Duration',
  'RequestHost',
  'RequestMethod',
  'RequestProtocol',
  'RouterName',
  'StartUTC',
] as const;

/**
 * What holds as long as the ingress runs (Traefik 3.5.4, “install configuration”): its doors, and that its routes come from one folder. It asks
 * no API server, has no dashboard and no API, reports to nobody and trusts no header that tells where a request comes from.
 */
export function ingressConfiguration({ contract }: Pick<CentralCluster, 'contract'>): ConfigTable {
  const { ports = {} } = componentFacts('ingress');
  const door = (name: EntryPoint): ConfigTable => ({
    address: `:${ports[name]?.pod}`,
    transport: {
      respondingTimeouts: { readTimeout: name.startsWith('web') ? UPLOAD : GREETING },
      lifeCycle: { requestAcceptGraceTimeout: LEAVING, graceTimeOut: GRACE },
    },
  });
  return {
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    entryPoints: {
      ...Object.fromEntries(entryPointsOf(contract).map((name) => [name, door(name)])),
      [PING]: { address: `:${PING_PORT}`, observability: { accessLogs: false } },
    },
    providers: { file: { directory: INGRESS_MOUNTS.routes, watch: true } },
    ping: { entryPoint: PING },
    // A warning for each route at each change: it reads the folder that a kubelet keeps behind its links as well as the links (3.5.4).
    log: { format: 'json', level: 'ERROR' },
    accessLog: {
      format: 'json',
      fields: { defaultMode: 'drop', names: Object.fromEntries(LOGGED.map((name) => [name, 'keep'])), headers: { defaultMode: 'drop' } },
    },
  };
}

/**
 * The routes of a centre (Traefik 3.5.4, “routing configuration”), which the ingress takes anew whenever their folder changes. A request for a
 * host that is not among them is answered with 404.
 *
 * @returns the configuration, for a Traefik that sees the folders of {@link INGRESS_MOUNTS}
 * @throws RangeError when the domain is no host name
 */
export function ingressRoutes(central: Routed): ConfigTable {
  const { tls } = central.contract;
  const http = [...byComponent(httpRoutesOf(central))];
  const tcp = tcpRoutesOf(central);
  const secured = tls ? { tls: {} } : {};
  return {
    http: {
      routers: {
        ...Object.fromEntries(
          http.map(([component, routes]) => [
            component,
            {
              entryPoints: [tls ? 'websecure' : 'web'],
              rule: ruleOf(routes, central.contract),
              service: component,
              ...secured,
            },
          ]),
        ),
        ...(tls
          ? {
              [TO_HTTPS]: {
                entryPoints: ['web'],
                rule: hostRule(...certifiedHosts(central)),
                middlewares: [TO_HTTPS],
                service: 'noop@internal',
              },
            }
          : {}),
      },
      ...(tls ? { middlewares: { [TO_HTTPS]: { redirectScheme: { scheme: 'https', port: '443', permanent: true } } } } : {}),
      services: Object.fromEntries(http.map(([component, [route]]) => [component, { loadBalancer: behind(route) }])),
      ...(http.some(([, [{ overTls }]]) => overTls)
        ? { serversTransports: { [OWN_AUTHORITY]: { rootCAs: [`${INGRESS_MOUNTS.authority}/ca.crt`] } } }
        : {}),
    },
    tcp: {
      routers: Object.fromEntries(
        tcp.map(({ entryPoint, tls: endsHere }) => [
          entryPoint,
          {
            entryPoints: [entryPoint],
            rule: 'HostSNI(`*`)',
            service: entryPoint,
            ...(endsHere ? { tls: { options: MQTT } } : {}),
          },
        ]),
      ),
      services: Object.fromEntries(
        tcp.map((route) => {
          const { host, port } = addressBehind(route);
          return [route.entryPoint, { loadBalancer: { servers: [{ address: `${host}:${port}` }] } }];
        }),
      ),
    },
    ...(tls
      ? {
          tls: {
            stores: {
              default: {
                defaultCertificate: { certFile: `${INGRESS_MOUNTS.routes}/tls.crt`, keyFile: `${INGRESS_MOUNTS.routes}/tls.key` },
              },
            },
            options: {
              default: { minVersion: 'VersionTLS12' },
              // A client that names what it will speak over TLS would be refused for a name that is not in the list.
              [MQTT]: { minVersion: 'VersionTLS12', alpnProtocols: ['mqtt'] },
            },
          },
        }
      : {}),
  };
}

/** Router and middleware that send browsers on. */
const TO_HTTPS = 'to-https';

/** What connects to the programs of the centre that speak TLS themselves. */
const OWN_AUTHORITY = 'own-authority';

/** What TLS of the MQTT door is like. */
const MQTT = 'mqtt';

/** The routes of each component, all to the same port. */
function byComponent(routes: readonly HttpRoute[]): Map<string, [HttpRoute, ...HttpRoute[]]> {
  const found = new Map<string, [HttpRoute, ...HttpRoute[]]>();
  for (const route of routes) {
    const others = found.get(route.to);
    if (others) others.push(route);
    else found.set(route.to, [route]);
  }
  return found;
}

function behind(route: HttpRoute): ConfigTable {
  const { host, port } = addressBehind(route);
  const scheme = route.overTls ? 'https' : 'http';
  return {
    servers: [{ url: `${scheme}://${host}:${port}` }],
    ...(route.overTls ? { serversTransport: OWN_AUTHORITY } : {}),
  };
}

/** The rule of a component's router: its hosts, without the paths that are closed from outside. */
function ruleOf(routes: readonly HttpRoute[], contract: Routed['contract']): string {
  const hosts = hostRule(...routes.map((route) => hostOf(route, contract)));
  const closed = routes.flatMap((route) => route.closed ?? []);
  return closed.length === 0 ? hosts : [`(${hosts})`, ...closed.map((path) => `!PathRegexp(\`(?i)^/+${path}\`)`)].join(' && ');
}
