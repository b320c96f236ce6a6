import { type CentralCluster, componentsOf } from '../model/central-cluster';
import { type CentralComponentName, componentAddress } from '../model/central-components';
import { CENTRAL_NAMESPACE } from '../model/central-services';
import type { SecretRequirement } from '../model/secret-requirement';
import { ADVERTISED } from './ids';

/** Name of the ConfigMap with the dump of what is advertised: that of ACS. */
export const SETUP_DUMPS = 'service-setup-dumps';

/** Secret with the keys of the identity provider: its first administrator, its own, and one of each client that can keep one. */
export const IDENTITY_PROVIDER_SECRET = 'keycloak-clients';

/** Realm of the identity provider, and the theme of its pages, which is in its image (values of ACS 6.8.1). */
export const IDENTITY_PROVIDER = { realm: 'factory_plus', theme: 'factory-plus' } as const;

/** Permissions by which Grafana gives its roles; the same in every installation (values of ACS 6.8.1). */
export const GRAFANA_PERMISSIONS = {
  admin: '7b553965-0987-4ffb-bf9a-afac8bc13707',
  editor: 'e5f9fe18-da63-49d3-bee5-7950eeb3e053',
} as const;

/** A service as the Directory tells it. */
export interface Advertisement {
  /** Id of the service. */
  readonly service: string;
  /** URL inside the cluster, without a port; the Directory writes the public one in its place for callers from outside. */
  readonly url: string;
  /** Id of the device that stands for it. */
  readonly device?: string;
}

/** A client of the identity provider, as acs-service-setup 6.8.1 takes it (lib/openid.js). */
export interface OpenIdClient {
  readonly enabled: true;
  /** Name, for people. */
  readonly name: string;
  /** Whether it runs where no secret can be kept: then it has none, and uses PKCE. */
  readonly publicClient?: boolean;
  /** Path under its own host to which the browser comes back. */
  readonly redirectPath?: string;
  readonly directAccessGrantsEnabled?: boolean;
  readonly deviceAuthorizationFlowEnabled?: boolean;
  readonly redirectUris?: readonly string[];
  readonly webOrigins?: readonly string[];
  readonly postLogoutRedirectUris?: readonly string[];
}

/** Which service a component is, and the kind of its port. Git is known by its public name only, by which clusters clone from it. */
const SERVICES: readonly (readonly [CentralComponentName, keyof typeof ADVERTISED, 'http' | 'mqtt' | 'public'])[] = [
  ['directory-webapi', 'directory', 'http'],
  ['auth', 'auth', 'http'],
  ['cluster-manager', 'clusterManager', 'http'],
  ['cmdescd', 'commandEscalation', 'http'],
  ['configdb', 'configDb', 'http'],
  ['files', 'files', 'http'],
  ['git', 'git', 'public'],
  ['mqtt', 'mqtt', 'mqtt'],
  ['data-access', 'dataAccess', 'http'],
  ['i3x', 'i3x', 'http'],
];

/** What is advertised at the Directory: the services that the centre has, and no others. */
export function advertisements(central: CentralCluster): Advertisement[] {
  const present = componentsOf(central);
  return SERVICES.filter(([component]) => present.includes(component)).map(([component, service, kind]) => {
    const facts: { readonly uuid: string; readonly device?: string } = ADVERTISED[service];
    return {
      service: facts.uuid,
      url: kind === 'public' ? central.contract.git.url : `${kind}://${componentAddress(component, kind === 'mqtt' ? 'mqtt' : 'web').host}`,
      ...(facts.device === undefined ? {} : { device: facts.device }),
    };
  });
}

/**
 * The dump of the advertisements, as a file of {@link SETUP_DUMPS}. `#-EARLY`: it is loaded before any service but the Directory is
 * asked, because nobody finds them before it. JSON, which is YAML.
 */
export function advertisementDump(central: CentralCluster): string {
  const dump = { service: ADVERTISED.directory.uuid, version: 1, advertisements: advertisements(central) };
  return `#-EARLY\n---\n${JSON.stringify(dump, null, 2)}\n`;
}

/** The variable ACS_CONFIG of `service-setup`: what its own dumps are filled with. */
export function acsConfig({ contract }: CentralCluster): Readonly<Record<string, string>> {
  return {
    organisation: contract.organisation,
    namespace: CENTRAL_NAMESPACE,
    domain: contract.domain,
    k8sdomain: 'cluster.local',
    secure: contract.tls ? 's' : '',
    realm: contract.realm,
    directory: `${contract.tls ? 'https' : 'http'}://directory.${contract.domain}`,
  };
}

/**
 * Clients of the identity provider: each user interface that the centre has, and what people use at a command line.
 *
 * @returns client id, which is also the host name under the domain → client; empty without an identity provider
 */
function openIdClients(central: CentralCluster): Readonly<Record<string, OpenIdClient>> {
  const present = componentsOf(central);
  if (!present.includes('openid')) return {};
  const { webApplication } = central;
  return {
    // The id of a client is its host too: what it is redirected to follows from that (ACS 6.8.1, acs-service-setup).
    ...(webApplication ? { [webApplication.host]: { enabled: true, name: 'Web application', publicClient: true } } : {}),
    ...(present.includes('grafana') ? { grafana: { enabled: true, name: 'Grafana', redirectPath: '/login/generic_oauth' } } : {}),
    ...(present.includes('visualiser') ? { visualiser: { enabled: true, name: 'ACS Visualiser', publicClient: true } } : {}),
    'acs-cli': {
      enabled: true,
      name: 'ACS CLI',
      publicClient: true,
      directAccessGrantsEnabled: false,
      deviceAuthorizationFlowEnabled: true,
      // A program on the person's own computer. The web site that ACS 6.8.1 lists as well, Postman's, is left out: tokens would go there.
      redirectUris: ['http://localhost/*', 'http://127.0.0.1/*'],
      webOrigins: [],
      postLogoutRedirectUris: ['http://localhost/*', 'http://127.0.0.1/*'],
    },
  };
}

/** The variable SS_CONFIG of `service-setup`. */
export function setupConfig(central: CentralCluster): Readonly<Record<string, unknown>> {
  const clients = openIdClients(central);
  return {
    // The repository of the charts of clusters that the Cluster Manager keeps; `edge-helm-charts` fills it.
    repoMirror: { helm: { name: 'Edge Helm charts', pull: {} } },
    helmChart: null,
    ...(Object.keys(clients).length > 0 ? { grafanaPermissions: GRAFANA_PERMISSIONS, openidClients: clients } : {}),
  };
}

/** The Secret of the identity provider and its clients; undefined without one. Stating the same one twice is stating it once. */
export function identityProviderSecret(central: CentralCluster): Omit<SecretRequirement, 'source'> | undefined {
  if (!componentsOf(central).includes('openid')) return undefined;
  const confidential = Object.entries(openIdClients(central)).flatMap(([name, { publicClient }]) => (publicClient ? [] : [name]));
  return {
    namespace: CENTRAL_NAMESPACE,
    name: IDENTITY_PROVIDER_SECRET,
    type: 'Opaque',
    keys: ['_bootstrap', ...confidential].sort(),
    content: { kind: 'passwords', purpose: 'the first administrator of the identity provider, and its clients' },
  };
}
