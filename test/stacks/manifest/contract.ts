import { parse } from 'smol-toml';
import type { ContentItem } from '../../../infra/factory-plus/content-item';
import { FACTORY_PLUS } from '../../../infra/factory-plus/mqtt-permissions';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import type { Plant } from '../../../infra/model/plant';
import { fluxWiring } from '../../../stacks/flux/wiring';
import type { ManifestSet } from '../../../stacks/manifest/manifest-set';
import { asTelegrafReads } from '../../infra/formats/tables';
import { evaluator, type Party, selects } from './reachability';
import { type Fields, ofKind, workloadsOf } from './rendered';

/** Something that a plant, or a pod, opens a connection to at the centre. */
export interface Use {
  /** Where it stands: an object and what in it. */
  readonly where: string;
  readonly host: string;
  readonly port: number;
  /** Whether TLS begins with the connection. */
  readonly tls: boolean;
}

/** A topic that a plant publishes on or reads at the central broker, with `+` for what differs from message to message. */
export interface TopicUse {
  readonly where: string;
  readonly may: 'r' | 'w';
  readonly topic: string;
}

const SCHEMES: Readonly<Record<string, { readonly tls: boolean; readonly port?: number }>> = {
  https: { tls: true, port: 443 },
  http: { tls: false, port: 80 },
  wss: { tls: true, port: 443 },
  ws: { tls: false, port: 80 },
  ssl: { tls: true },
  mqtts: { tls: true },
  mqtt: { tls: false },
  tcp: { tls: false },
};

/** The connection that a URL of this domain stands for; none for a URL of somebody else. */
export function useOf(where: string, url: string, domain: string): Use[] {
  const [, scheme = '', host = '', port] = /^([a-z]+):\/\/([a-z0-9.-]+)(?::(\d+))?(?:\/|$)/.exec(url) ?? [];
  if (host !== domain && !host.endsWith(`.${domain}`)) return [];
  const known = SCHEMES[scheme];
  if (!known) throw new Error(`teach the tests the scheme of ${url}`);
  return [{ where, host, port: Number(port ?? known.port), tls: known.tls }];
}

/** Every Telegraf configuration of a set. */
function telegrafs(set: ManifestSet): { where: string; tables: Fields }[] {
  return ofKind(set, 'ConfigMap').flatMap(({ metadata, data }: Fields) =>
    data?.['telegraf.conf'] === undefined
      ? []
      : [{ where: `${metadata.namespace}/${metadata.name}`, tables: parse(asTelegrafReads(data['telegraf.conf'])) as Fields }],
  );
}

/** What a plant connects to at its centre, by the objects that it is delivered as. */
export function usesOf(plant: Plant, set: ManifestSet): Use[] {
  const { domain, tls } = plant.contract;
  const wired = fluxWiring(plant, []).flatMap(({ kind, spec }: Fields) => (kind === 'GitRepository' ? [spec.url as string] : []));
  const configured = telegrafs(set).flatMap(({ where, tables }) => [
    ...[...(tables.inputs?.mqtt_consumer ?? []), ...(tables.outputs?.mqtt ?? [])]
      .flatMap(({ servers }: Fields) => servers as string[])
      .map((url: string) => [where, url] as const),
    // It shows no certificate and looks at one: TLS, whatever the scheme is called.
    ...(tables.inputs?.x509_cert ?? [])
      .flatMap(({ sources }: Fields) => sources as string[])
      .filter((source: string) => source.includes('://'))
      .map((url: string) => [where, url.replace(/^tcp:/, 'ssl:')] as const),
  ]);
  return [...wired.map((url) => ['flux', url] as const), ...configured]
    .flatMap(([where, url]) => useOf(where, url, domain))
    .map((use) => {
      if (use.tls !== tls)
        throw new Error(`${use.where} uses ${use.host} ${use.tls ? 'over' : 'without'} TLS, and the contract says otherwise`);
      return use;
    });
}

/** The topics that a plant uses at the central broker. */
export function topicsOf(plant: Plant, set: ManifestSet): TopicUse[] {
  const { host } = plant.contract.mqtt;
  const central = ({ servers }: Fields) => servers.some((url: string) => url.includes(`//${host}:`));
  const general = (topic: string) => topic.replace(/\{\{[^}]*\}\}/g, '+');
  return telegrafs(set).flatMap(({ where, tables }) => [
    ...(tables.outputs?.mqtt ?? []).filter(central).map(({ topic }: Fields): TopicUse => ({ where, may: 'w', topic: general(topic) })),
    ...(tables.inputs?.mqtt_consumer ?? [])
      .filter(central)
      .flatMap(({ topics }: Fields) => topics.map((topic: string): TopicUse => ({ where, may: 'r', topic }))),
  ]);
}

/** What the centre's own pods connect to by public names, in their variables and configurations. */
export function publicUrls(central: CentralCluster, set: ManifestSet): Use[] {
  const { domain } = central.contract;
  const texts = workloadsOf(set).flatMap(({ text, pod }) =>
    [...pod.containers, ...(pod.initContainers ?? [])].flatMap(({ env = [] }: Fields) =>
      env
        // A name in the form of an address.
        .filter(({ name }: Fields) => name !== 'I3X_NAMESPACE_URI')
        .flatMap(({ name, value }: Fields) => (typeof value === 'string' ? [[`${text} ${name}`, value] as const] : [])),
    ),
  );
  const urls = texts.flatMap(([where, value]) => [...value.matchAll(/\b[a-z]+:\/\/[^\s"',;<>]+/g)].map(([url]) => [where, url] as const));
  const brokers = telegrafs(set).flatMap(({ where, tables }) =>
    (tables.inputs?.mqtt_consumer ?? []).flatMap(({ servers }: Fields) => servers.map((url: string) => [where, url] as const)),
  );
  return [...urls, ...brokers].flatMap(([where, url]) => useOf(where, url, domain));
}

/** What the centre grants to a plant at its broker: MQTT filter → what it may. By what `millwright configdb` writes. */
export function grantedTo(plant: string, content: readonly ContentItem[]): Record<string, string> {
  const entries = content.flatMap((item) => (item.kind === 'entry' ? [item] : []));
  const roles = content.flatMap((item) => (item.kind === 'object' && item.class === FACTORY_PLUS.clientRole ? [item.uuid] : []));
  // Just the plant's own role: its commander has another.
  const role = entries.find(({ uuid, value }) => roles.includes(uuid) && (value as Fields).name === `Plant ${plant}`);
  const permissions = content.flatMap((item) => (item.kind === 'grant' && item.uuid === role?.uuid ? [item.permission] : []));
  const templates = entries.filter(
    ({ application, uuid }) => application === FACTORY_PLUS.mqttPermissionTemplate && permissions.includes(uuid),
  );
  return Object.assign({}, ...templates.map(({ value }) => value));
}

/** A pod, and where policies find it. */
interface PodAt {
  readonly party: Party;
  readonly pod: Fields;
}

/** A centre as those outside see it, by its rendered objects alone. */
export class RenderedCentre {
  readonly #routes: Fields;
  readonly #doors: Fields;
  readonly #service: Fields;
  readonly #pods: readonly PodAt[];
  readonly #reaches;

  constructor(
    readonly set: ManifestSet,
    private readonly client: string,
  ) {
    const file = (name: string, key: string) => {
      const found = ofKind(set, 'ConfigMap').find(({ metadata }) => metadata.name === name) as Fields;
      if (!found) throw new Error(`the centre has no ConfigMap ${name}`);
      return parse(found.data[key]) as Fields;
    };
    this.#routes = file('ingress-routes', 'routes.toml');
    this.#doors = file('ingress', 'traefik.toml').entryPoints;
    this.#service = ofKind(set, 'Service').find(({ metadata }) => metadata.name === 'ingress');
    this.#pods = workloadsOf(set).map(({ object, namespace, labels, pod }, n) => ({
      party: { name: object.metadata.name, address: `10.244.${n >> 8}.${n & 255}`, namespace, labels },
      pod,
    }));
    this.#reaches = evaluator(ofKind(set, 'NetworkPolicy')).reaches;
  }

  /** Hosts that the certificate of the routes names. */
  get certified(): readonly string[] {
    const secret = this.set.secrets.find(({ name }) => name === 'factoryplus-tls');
    if (secret?.content.kind === 'certificate') return secret.content.dnsNames;
    const made = ofKind(this.set, 'Certificate')[0] as Fields;
    return (
      made?.spec.dnsNames ?? /hosts (.*)$/.exec(secret?.content.kind === 'other' ? secret.content.purpose : '')?.[1]?.split(', ') ?? []
    );
  }

  /**
   * Follows a connection from outside to the pod that answers it: load balancer, policy of the ingress, door, route, policies on both ends,
   * Service, pod.
   *
   * @throws with the place where it ends
   */
  answers({ host, port, tls }: Use): string {
    const exposed = this.#service.spec.ports.find((one: Fields) => one.port === port);
    if (!exposed) throw new Error(`no port ${port} at the load balancer`);
    const ingress = this.#podOf(this.#service.spec.selector, this.#service.metadata.namespace);
    const listening = this.#portOf(ingress.pod, exposed.targetPort);
    const outside: Party = { name: 'outside', address: this.client };
    if (!this.#reaches(outside, ingress.party, { port: listening, protocol: 'TCP' }))
      throw new Error(`the ingress is closed on ${listening}`);
    const [door] = Object.entries<Fields>(this.#doors).find(([, { address }]) => address === `:${listening}`) ?? [];
    const [kind, router] = this.#router(door, host);
    if ((router.tls !== undefined) !== tls) throw new Error(`${door} ${router.tls ? 'speaks' : 'does not speak'} TLS`);
    if (tls && !this.certified.includes(host)) throw new Error(`${host} is not in the certificate`);
    const [target] = this.#routes[kind].services[router.service].loadBalancer.servers;
    const { hostname, port: number, protocol } = new URL(kind === 'http' ? target.url : `tcp://${target.address}`);
    const [name = '', namespace = ''] = hostname.split('.');
    const service = ofKind(this.set, 'Service').find(
      ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
    ) as Fields;
    if (!service) throw new Error(`no Service ${hostname}`);
    const wanted = Number(number || (protocol === 'https:' ? 443 : 80));
    const found = service.spec.ports.find((one: Fields) => one.port === wanted);
    if (!found) throw new Error(`no port ${wanted} of ${hostname}`);
    const behind = this.#podOf(service.spec.selector, namespace);
    const inside = this.#portOf(behind.pod, found.targetPort);
    if (!this.#reaches(ingress.party, behind.party, { port: inside, protocol: 'TCP' })) {
      throw new Error(`policies keep the ingress from ${behind.party.name} ${inside}`);
    }
    return behind.party.name;
  }

  #router(door: string | undefined, host: string): ['http' | 'tcp', Fields] {
    for (const kind of ['tcp', 'http'] as const) {
      const router = Object.values<Fields>(this.#routes[kind].routers).find(
        ({ entryPoints, rule }) =>
          entryPoints.includes(door) &&
          (kind === 'tcp'
            ? rule === 'HostSNI(`*`)'
            : rule
                .replace(/^\((.*)\) && .*$/, '$1')
                .split(' || ')
                .includes(`Host(\`${host}\`)`)),
      );
      if (router) return [kind, router];
    }
    throw new Error(`no route for ${host} at ${door}`);
  }

  #podOf(selector: Readonly<Record<string, string>>, namespace: string): PodAt {
    const found = this.#pods.filter(({ party }) => party.namespace === namespace && selects({ matchLabels: selector }, party.labels));
    if (found.length !== 1) throw new Error(`${found.length} pods for ${JSON.stringify(selector)}`);
    return found[0] as PodAt;
  }

  #portOf({ containers }: Fields, target: string | number): number {
    const named = containers.flatMap(({ ports = [] }: Fields) => ports).find(({ name }: Fields) => name === target)?.containerPort;
    const number = named ?? target;
    if (typeof number !== 'number') throw new Error(`no container port ${target}`);
    return number;
  }
}

/** Ports that the policies of a plant open to the networks of its centre. */
export function openedPorts({ contract }: Plant, set: ManifestSet): number[] {
  const toCentre = (peers: Fields) => (peers ?? []).some(({ ipBlock }: Fields) => ipBlock && contract.addresses.includes(ipBlock.cidr));
  const ports = ofKind(set, 'NetworkPolicy').flatMap(({ spec }: Fields) =>
    (spec.egress ?? [])
      .filter(({ to }: Fields) => toCentre(to))
      .flatMap(({ ports: some }: Fields) => some.map(({ port }: Fields) => port as number)),
  );
  return [...new Set(ports)].sort((a, b) => a - b);
}
