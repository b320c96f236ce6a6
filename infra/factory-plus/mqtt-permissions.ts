import type { CentralCluster } from '../model/central-cluster';
import { type CentralGrant, centralGrants, ingesterGrant, STARTER_GRANT } from '../model/contract';
import { type Signal, signalsOf } from '../model/signal';
import { factoryPlusUuid } from './uuid';

/** Ids that Factory+ itself gives, the same in every installation (acs-service-setup/lib/uuids.js, 6.8.1). */
export const FACTORY_PLUS = {
  /** Services, as a dump names the one it is for. */
  service: { configDb: 'af15f175-78a0-4e05-97c0-2a0bb82b9f3b', auth: 'cab2642a-f7d9-42e5-8845-8f35affe1fd4' },
  /** The class of principals, and the class of roles that principals can be members of. */
  principal: '11614546-b6d7-11ef-aebd-8fbb45451d7c',
  clientRole: 'b2053a3e-bdf8-11ef-9423-771a19e4a8a4',
  /** The class of MQTT permissions: of no others may the broker read who has them. */
  mqttPermission: 'a637134a-d06b-41e7-ad86-4bf62fde914a',
  /** The application of the ConfigDB that holds what each MQTT permission means. */
  mqttPermissionTemplate: '1266ddf1-156c-4266-9808-d6949418b185',
  /** The target “any”. */
  wildcard: '00000000-0000-0000-0000-000000000000',
} as const;

/** Which part a client of the central broker plays. */
export interface MqttRole {
  readonly who: CentralGrant['who'];
  /** The plant that it is or commands; absent for a role of the centre. */
  readonly plant?: string;
  /** Name for people. */
  readonly name: string;
  /** Id of the role, a class of principals: an account that is a member of it has its permission. */
  readonly uuid: string;
  /** Id of its one permission. */
  readonly permission: string;
}

/** The roles of all clients of a centre's broker: those of its plants, and its own. */
export function mqttRoles({ contract, plants }: Pick<CentralCluster, 'contract' | 'plants'>): readonly MqttRole[] {
  const used = plants.map(({ name, ...plant }) => ({ name, signals: signalsOf(plant) }));
  return mqttPermissions(contract.realm, used, contract.serves).roles;
}

/** MQTT filter → `w`: may publish on it, `r`: may subscribe to it, `rw`: both. */
export type MqttTemplate = Readonly<Record<string, 'r' | 'w' | 'rw'>>;

/** Who has which permission on what, as the Auth service keeps it. */
export interface MqttGrant {
  readonly principal: string;
  readonly permission: string;
  readonly target: string;
}

/** What Factory+ must know so that its broker grants exactly what the contract says. */
export interface MqttPermissions {
  readonly roles: readonly MqttRole[];
  /** Entries of the application {@link FACTORY_PLUS.mqttPermissionTemplate}: permission → what it means. */
  readonly templates: Readonly<Record<string, MqttTemplate>>;
  readonly grants: readonly MqttGrant[];
}

/**
 * The roles of the central broker's clients with their permissions: those of `centralGrants` for each plant, that of the ingester, and that of
 * what readies the broker.
 * The templates name no variable (`%g` and `%n`, which acs-mqtt takes from the Sparkplug address of a grant's target): a plant is no
 * Sparkplug node, so its target is any.
 *
 * @param plants with the signals that each uses
 * @param serves what the centre takes from plants
 */
export function mqttPermissions(
  realm: string,
  plants: readonly { readonly name: string; readonly signals: readonly Signal[] }[],
  serves: readonly Signal[],
): MqttPermissions {
  const ingester = ingesterGrant(serves);
  const clients = [
    ...plants.flatMap(({ name, signals }) => centralGrants(name, signals).map((grant) => ({ grant, plant: name }))),
    ...(ingester.subscribe.length > 0 ? [ingester, STARTER_GRANT].map((grant) => ({ grant, plant: undefined })) : []),
  ];
  const described = clients.map(({ grant, plant }) => {
    const path = plant === undefined ? [grant.who] : [grant.who, plant];
    const role: MqttRole = {
      who: grant.who,
      ...(plant === undefined ? {} : { plant }),
      name: NAMES[grant.who](plant ?? ''),
      uuid: factoryPlusUuid(realm, 'mqtt-role', ...path),
      permission: factoryPlusUuid(realm, 'mqtt-permission', ...path),
    };
    return { role, template: template(grant) };
  });
  return {
    roles: described.map(({ role }) => role),
    templates: Object.fromEntries(described.map(({ role, template }) => [role.permission, template])),
    grants: described.map(({ role }) => ({ principal: role.uuid, permission: role.permission, target: FACTORY_PLUS.wildcard })),
  };
}

const NAMES: Readonly<Record<CentralGrant['who'], (plant: string) => string>> = {
  plant: (plant) => `Plant ${plant}`,
  commander: (plant) => `Commander of plant ${plant}`,
  ingester: () => 'Plant data ingester',
  starter: () => 'Start of the MQTT broker',
};

function template({ publish, subscribe }: CentralGrant): MqttTemplate {
  const filters = [...new Set([...publish, ...subscribe])].sort();
  return Object.fromEntries(
    filters.map((filter) => {
      if (filter.includes('%')) throw new RangeError(`acs-mqtt would take part of the filter ${filter} for a variable`);
      return [filter, publish.includes(filter) ? (subscribe.includes(filter) ? 'rw' : 'w') : 'r'] as const;
    }),
  );
}

/** A dump of a service of Factory+, version 2: what `service-setup` loads from its ConfigMap of dumps. */
export interface FactoryPlusDump {
  readonly service: string;
  readonly version: 2;
  readonly [part: string]: unknown;
}

/**
 * The permissions as dumps for `service-setup`: the roles, permissions and templates for the ConfigDB, then the grants for Auth. Loading
 * them again changes nothing; what a role was granted otherwise meanwhile is taken from it, and no other principal is touched: for what
 * the centre itself needs to start, and never for plants, whose permissions a person may change.
 */
export function mqttPermissionDumps({ roles, templates, grants }: MqttPermissions): readonly [FactoryPlusDump, FactoryPlusDump] {
  const byRole = (entry: (role: MqttRole) => readonly [string, unknown]) => Object.fromEntries(roles.map(entry));
  return [
    {
      service: FACTORY_PLUS.service.configDb,
      version: 2,
      objects: {
        [FACTORY_PLUS.clientRole]: byRole(({ uuid, name }) => [uuid, { name, subclassOf: [FACTORY_PLUS.principal] }]),
        [FACTORY_PLUS.mqttPermission]: byRole(({ permission, name }) => [permission, { name: `MQTT: ${name}` }]),
      },
      configs: { [FACTORY_PLUS.mqttPermissionTemplate]: templates },
    },
    {
      service: FACTORY_PLUS.service.auth,
      version: 2,
      // `false`: the target is that object itself, not what belongs to it.
      grants: Object.fromEntries(grants.map(({ principal, permission, target }) => [principal, { [permission]: { [target]: false } }])),
    },
  ];
}

/**
 * Those dumps as one file of `service-setup`: two documents of YAML, which are JSON. acs-service-setup 6.8.1 (lib/dumps.js) reads files
 * whose names end in `.yaml` and no others, keeps one of each name among its own and the given ones, and loads a file after those that
 * `#-REQUIRE` names: the classes and the application that these objects belong to.
 */
export function mqttPermissionFile(permissions: MqttPermissions): string {
  const documents = mqttPermissionDumps(permissions).map((dump) => `---\n${JSON.stringify(dump, null, 2)}\n`);
  return `#-REQUIRE: auth acs-v2\n${documents.join('')}`;
}
