import { type CentralCluster, componentsOf } from './central-cluster';
import { type CentralComponentName, componentAddress } from './central-components';
import { CENTRAL_BROKER, HISTORIAN } from './central-services';
import type { Contract } from './contract';

/** A door of the ingress: the name of its port in `CENTRAL_COMPONENTS.ingress.ports`. */
export type EntryPoint = 'web' | 'websecure' | 'mqtt' | 'mqttsecure' | 'kdc' | 'kpasswd' | 'kadmin';

/** A host that answers HTTP, and the part of the centre that answers. */
export interface HttpRoute {
  /** First label of the host, in front of the domain; none for the domain itself. */
  readonly label?: string;
  readonly to: CentralComponentName;
  /** Name of the port that answers. */
  readonly port: string;
  /** Whether that port speaks TLS, with a certificate of the cluster's own authority. @default false */
  readonly overTls?: boolean;
  /** Beginnings of paths, letters only and without the slash before them, that have no route from outside, in small letters or large. @default - none */
  readonly closed?: readonly string[];
}

/** A port that passes TCP connections on. */
export interface TcpRoute {
  readonly entryPoint: EntryPoint;
  readonly to: CentralComponentName;
  readonly port: string;
  /** Whether TLS ends at the ingress. */
  readonly tls: boolean;
}

/** Where MQTT clients and Kerberos clients find the centre, beside the hosts of {@link HTTP_ROUTES}: labels that nothing else may take. */
export const KERBEROS_LABELS = { kdc: 'kdc', kadmin: 'kadmin' } as const;

/**
 * Every host of the centre that answers HTTP, with the names of ACS 6.8.1. A label is the name of the Service behind it wherever the Directory
 * advertises the service: it writes one in place of the other.
 */
export const HTTP_ROUTES: readonly HttpRoute[] = [
  { to: 'admin', port: 'web' },
  { label: 'admin', to: 'admin', port: 'web' },
  { label: 'auth', to: 'auth', port: 'web' },
  { label: 'clusters', to: 'cluster-manager', port: 'web' },
  { label: 'cmdesc', to: 'cmdescd', port: 'web' },
  { label: 'configdb', to: 'configdb', port: 'web' },
  { label: 'data-access', to: 'data-access', port: 'web' },
  // Its way to load dumps answers 403 to those who may not, and loads all the same (ACS 6.8.1, acs-directory/lib/loader.js).
  { label: 'directory', to: 'directory-webapi', port: 'web', closed: ['load'] },
  { label: 'files', to: 'files', port: 'web' },
  { label: 'git', to: 'git', port: 'web' },
  { label: 'grafana', to: 'grafana', port: 'web' },
  { label: 'i3x', to: 'i3x', port: 'web' },
  { label: 'influxdb', to: HISTORIAN.name, port: 'https', overTls: true },
  // MQTT over WebSocket, for browsers.
  { label: CENTRAL_BROKER.name, to: CENTRAL_BROKER.name, port: 'websocket' },
  { label: 'openid', to: 'openid', port: 'web' },
  { label: 'visualiser', to: 'visualiser', port: 'web' },
];

/** What the routes are made from. */
export type Routed = Pick<CentralCluster, 'contract' | 'leavesOut' | 'backups' | 'webApplication'>;

/** The hosts of a centre that answer HTTP: those whose component it has, ordered by label. */
export function httpRoutesOf(central: Routed): HttpRoute[] {
  const present: ReadonlySet<string> = new Set(componentsOf(central));
  const own: HttpRoute[] = central.webApplication ? [{ label: central.webApplication.host, to: 'web-application', port: 'web' }] : [];
  return [...HTTP_ROUTES, ...own].filter(({ to }) => present.has(to)).sort((a, b) => ((a.label ?? '') < (b.label ?? '') ? -1 : 1));
}

/** The ports of a centre that pass TCP connections on. */
export function tcpRoutesOf({ contract }: Pick<CentralCluster, 'contract'>): TcpRoute[] {
  const kerberos = (entryPoint: EntryPoint, port: string): TcpRoute => ({ entryPoint, to: 'kdc', port, tls: false });
  return [
    { entryPoint: contract.tls ? 'mqttsecure' : 'mqtt', to: CENTRAL_BROKER.name, port: 'mqtt', tls: contract.tls },
    kerberos('kdc', 'kerberos'),
    kerberos('kpasswd', 'kpasswd'),
    kerberos('kadmin', 'kerberos-adm'),
  ];
}

/** The doors of a centre, in the order of `CENTRAL_COMPONENTS`. In a secure installation `web` only tells browsers to come by `websecure`. */
export function entryPointsOf({ tls }: Pick<Contract, 'tls'>): EntryPoint[] {
  return [...(tls ? (['websecure', 'web', 'mqttsecure'] as const) : (['web', 'mqtt'] as const)), 'kdc', 'kpasswd', 'kadmin'];
}

/** The host of a route. */
export function hostOf({ label }: Pick<HttpRoute, 'label'>, { domain }: Pick<Contract, 'domain'>): string {
  return label === undefined ? domain : `${label}.${domain}`;
}

/** Every host that the certificate of the routes must name: those that have a route, and no other, ordered. */
export function certifiedHosts(central: Routed): string[] {
  return httpRoutesOf(central)
    .map((route) => hostOf(route, central.contract))
    .sort();
}

/** Address behind a route, inside the cluster. */
export function addressBehind({ to, port }: Pick<HttpRoute, 'to' | 'port'>): { readonly host: string; readonly port: number } {
  return componentAddress(to, port);
}
