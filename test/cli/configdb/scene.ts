import { applyContent, type ConfigDbReport } from '../../../cli/configdb/apply';
import { type ClientOptions, factoryPlusClient, type Send } from '../../../cli/factory-plus-client';
import { configDbContent } from '../../../infra/factory-plus/configdb-content';
import type { ContentItem } from '../../../infra/factory-plus/content-item';
import { APPLICATION } from '../../../infra/factory-plus/ids';
import { FACTORY_PLUS, type MqttPermissions } from '../../../infra/factory-plus/mqtt-permissions';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import { EDGE_AGENT_PROTOCOL } from '../../../infra/model/edge-agent';
import { edgeFactoryPlusSchema } from '../../../infra/model/edge-factory-plus';
import type { Plant } from '../../../infra/model/plant';
import type { Allowed } from '../../../stacks/configdb/decide';
import { exampleCentral } from '../../support/centre';
import type { ConfigStore, Seen } from '../../support/config-store';
import { INSTALLED } from '../../support/installed-ids';
import { examplePlant } from '../../support/plants';

/** Realm of the tests' centre. */
export const { realm: REALM } = exampleCentral().contract;

/** A centre with plants of the example's first machines, by name of the plant. */
export function centreOf(machines: Readonly<Record<string, readonly Partial<Plant['machines'][number]>[]>>): CentralCluster {
  const plant = examplePlant();
  const [model] = plant.machines;
  if (!model) throw new Error('the example has no machine');
  return {
    ...exampleCentral(),
    plants: Object.entries(machines).map(([name, own]) => ({
      ...plant,
      name,
      machines: own.map((machine) => ({ ...model, points: model.points.slice(0, 3), ...machine })),
    })),
  };
}

/** An edge agent as a machine of {@link centreOf}, with this address in what it reads. */
export function agentMachine(name: string, address = 'DB1,INT0'): Partial<Plant['machines'][number]> {
  const devices = [{ deviceId: name, tags: [{ Name: 'state', type: 'Int16BE', address }] }];
  return {
    name,
    protocol: EDGE_AGENT_PROTOCOL,
    edgeAgent: { drivers: [], configuration: { deviceConnections: [{ name: 's7', connType: 'S7', s7ConnDetails: {}, devices }] } },
  };
}

/** A centre of {@link centreOf} whose plants of these names are under Factory+. */
export function edgeCentreOf(machines: Parameters<typeof centreOf>[0], under: readonly string[] = Object.keys(machines)): CentralCluster {
  const centre = centreOf(machines);
  const contract = { ...centre.contract, ids: INSTALLED };
  return {
    ...centre,
    contract,
    plants: centre.plants.map((plant) => ({
      ...plant,
      contract,
      repository: { ...plant.repository, url: `${contract.git.url}/git/plants/${plant.name}` },
      ...(under.includes(plant.name) ? { factoryPlus: edgeFactoryPlusSchema.parse({}) } : {}),
    })),
  };
}

/** What `millwright configdb` itself writes of a centre, without the centre's own permissions, which service-setup makes. */
export function ownContent(central: CentralCluster): ContentItem[] {
  return configDbContent(central).filter(({ owner }) => owner === 'configdb');
}

/** A client of a store that waits for nothing. */
export function clientOf(url: string, options: Partial<ClientOptions> = {}): Send {
  return factoryPlusClient({
    urls: { configdb: url, auth: url },
    principal: 'admin',
    password: 'pass:word',
    wait: async () => {},
    ...options,
  });
}

/** Runs the command's work against a store. */
export function applied(
  store: string | ConfigStore,
  content: readonly ContentItem[],
  options: Partial<Allowed> & { readonly dryRun?: boolean; readonly send?: Send } = {},
): Promise<ConfigDbReport> {
  const direct = typeof store === 'string' ? clientOf(store) : store.send.bind(store);
  const { restore = false, prune = false, dryRun = false, send = direct } = options;
  return applyContent({ content, realm: REALM, send, restore, prune, dryRun });
}

/** How often each thing was told. */
export function counts({ items }: ConfigDbReport): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { is } of items) found[is] = (found[is] ?? 0) + 1;
  return found;
}

/** Requests to a store that change something. */
export function writes({ seen }: Pick<ConfigStore, 'seen'>, since = 0): Seen[] {
  return seen.slice(since).filter(({ method, path }) => method !== 'GET' && !path.endsWith('/find'));
}

/** Puts the permissions into a store, as service-setup loads the dumps. */
export function loadDumps(store: ConfigStore, { roles, templates, grants }: MqttPermissions): void {
  for (const { uuid, permission, name } of roles) {
    store.register(uuid, FACTORY_PLUS.clientRole);
    store.subclasses.add(`${FACTORY_PLUS.principal}/${uuid}`);
    store.put(APPLICATION.info, uuid, { name });
    store.register(permission, FACTORY_PLUS.mqttPermission);
    store.put(APPLICATION.info, permission, { name: `MQTT: ${name}` });
    store.put(FACTORY_PLUS.mqttPermissionTemplate, permission, templates[permission]);
  }
  for (const grant of grants) store.auth.add({ ...grant, plural: false });
}

/** A client that breaks off, like a process that is killed, when its nth request was carried out and its answer has not come. */
export function killedAt(send: Send, request: number): Send {
  let sent = 0;
  return async (asked) => {
    if (++sent > request) throw new Error('killed');
    const answer = await send(asked);
    if (sent >= request) throw new Error('killed');
    return answer;
  };
}
