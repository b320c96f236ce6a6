import type { CentralCluster } from '../model/central-cluster';
import { readByPlantBroker } from '../model/machine';
import type { Plant } from '../model/plant';
import { plantTopics, signalsOf } from '../model/signal';
import { MACHINE_SCHEMA, POINTS_SCHEMA } from './application-machine';
import { type JsonSchema, PLANT_SCHEMA, type PlantEntry } from './application-plant';
import type { ContentItem, ContentOwner, Json } from './content-item';
import { machineEntry, machineUuid, pointsPages } from './content-machine';
import { edgeItems } from './edge-content';
import { GIT_REPOSITORY_APPLICATION, GIT_REPOSITORY_CLASS, gitMirrors } from './git-mirrors';
import { APPLICATION, CLASS } from './ids';
import { FACTORY_PLUS, type MqttPermissions, type MqttRole, mqttPermissions } from './mqtt-permissions';
import { factoryPlusUuid } from './uuid';

/** Ids of Millwright's own applications of the ConfigDB, and of the classes of what has entries under them. */
export interface OwnIds {
  readonly application: { readonly plant: string; readonly machine: string; readonly points: string };
  readonly class: { readonly plant: string; readonly machine: string; readonly points: string };
}

/** Ids of an installation's applications and classes. `v1`: an entry that an older schema refuses needs a new application. */
export function ownIds(realm: string): OwnIds {
  const of = (kind: 'application' | 'class') => ({
    plant: factoryPlusUuid(realm, kind, 'plant', 'v1'),
    machine: factoryPlusUuid(realm, kind, 'machine', 'v1'),
    points: factoryPlusUuid(realm, kind, 'points', 'v1'),
  });
  return { application: of('application'), class: of('class') };
}

/** Id of a plant. */
export function plantUuid(realm: string, plant: string): string {
  return factoryPlusUuid(realm, 'plant', plant);
}

/**
 * What the ConfigDB and Auth of a centre should know of its estate, in an order in which it can be written: applications and classes with
 * their schemas, plants, machines, data points, the permissions at the broker, the edge clusters under Factory+, and the mirrors of the Git
 * server.
 *
 * No entry of the applications that the Cluster Manager and edge-sync act on ({@link APPLICATION}: cluster, deployment): they would make a
 * repository, accounts and HelmReleases for a cluster whose objects are Millwright's. Nothing of a machine under Millwright's own
 * applications that an edge agent reads: it publishes on no topic of the contract, and Factory+ has a place of its own for what it reads.
 */
export function configDbContent(central: Pick<CentralCluster, 'contract' | 'plants' | 'softGateways' | 'git'>): ContentItem[] {
  const { contract, plants, git } = central;
  const { realm } = contract;
  const ids = ownIds(realm);
  const ordered = [...plants].sort(byName);
  return [
    ...applicationItems(ids),
    ...ordered.flatMap((plant) => plantItems(realm, ids, plant)),
    ...ordered.flatMap(({ name, ...plant }) =>
      permissionItems(mqttPermissions(realm, [{ name, signals: signalsOf(plant) }], []), 'configdb'),
    ),
    ...permissionItems(mqttPermissions(realm, [], contract.serves), 'setup'),
    ...edgeItems(central),
    ...mirrorItems({ contract, git }),
  ];
}

function applicationItems({ application, class: classes }: OwnIds): ContentItem[] {
  const own = 'configdb' as const;
  const class_ = (uuid: string, name: string) => [
    ...named({ kind: 'object', uuid, class: CLASS.ofIndividuals, label: `class ${name}`, owner: own }, name),
  ];
  const application_ = (uuid: string, name: string, schema: JsonSchema): ContentItem[] => [
    ...named({ kind: 'object', uuid, class: CLASS.application, label: `application ${name}`, owner: own }, name),
    { kind: 'subclass', uuid, of: CLASS.configEntry, label: `application ${name}: subclass of Config entry`, owner: own },
    {
      kind: 'entry',
      application: APPLICATION.schema,
      uuid,
      value: schema as Json,
      label: `application ${name}: JSON Schema`,
      owner: own,
    },
  ];
  return [
    ...class_(classes.plant, 'Millwright plant'),
    ...class_(classes.machine, 'Millwright machine'),
    ...class_(classes.points, 'Millwright data points'),
    ...application_(application.plant, 'Millwright plant', PLANT_SCHEMA),
    ...application_(application.machine, 'Millwright machine', MACHINE_SCHEMA),
    ...application_(application.points, 'Millwright data points', POINTS_SCHEMA),
  ];
}

function plantItems(realm: string, { application, class: classes }: OwnIds, plant: Plant): ContentItem[] {
  const uuid = plantUuid(realm, plant.name);
  const path = `plants.${plant.name}`;
  const owner = 'configdb' as const;
  return [
    ...named({ kind: 'object', uuid, class: classes.plant, label: path, owner }, `Plant ${plant.name}`),
    { kind: 'entry', application: application.plant, uuid, value: plantEntry(realm, plant), label: `${path}: plant`, owner },
    ...plant.machines
      .filter(readByPlantBroker)
      .sort(byName)
      .flatMap((machine): ContentItem[] => {
        const own = machineUuid(realm, plant.name, machine.name);
        const place = `${path}.machines.${machine.name}`;
        const value = { ...machineEntry({ name: plant.name, uuid }, machine) } as unknown as Json;
        return [
          ...named({ kind: 'object', uuid: own, class: classes.machine, label: place, owner }, `Machine ${plant.name}/${machine.name}`),
          { kind: 'entry', application: application.machine, uuid: own, value, label: `${place}: machine`, owner },
          ...Object.entries(pointsPages(realm, plant.name, machine)).flatMap(([page, points]): ContentItem[] => [
            ...(page === own
              ? []
              : named(
                  { kind: 'object', uuid: page, class: classes.points, label: `${place}: page ${points.page}`, owner },
                  `Data points of ${plant.name}/${machine.name}, page ${points.page}`,
                )),
            {
              kind: 'entry',
              application: application.points,
              uuid: page,
              value: points as unknown as Json,
              label: `${place}: data points${points.page === 1 ? '' : `, page ${points.page}`}`,
              owner,
            },
          ]),
        ];
      }),
  ];
}

function plantEntry(realm: string, plant: Plant): Json {
  const signals = signalsOf(plant);
  const { roles } = mqttPermissions(realm, [{ name: plant.name, signals }], []);
  const role = (who: MqttRole['who']) => roles.find((candidate) => candidate.who === who)?.uuid;
  const commander = role('commander');
  const entry: PlantEntry = {
    name: plant.name,
    ...(plant.site === undefined ? {} : { site: plant.site }),
    ...(plant.description === undefined ? {} : { description: plant.description }),
    signals: signals.map((signal) => {
      const { publish, subscribe } = plantTopics(plant.name, signal);
      return { signal, publishes: publish, ...(subscribe === undefined ? {} : { subscribes: subscribe }) };
    }),
    roles: { plant: role('plant') ?? '', ...(commander === undefined ? {} : { commander }) },
  };
  return entry as unknown as Json;
}

/** Permissions at the broker (mqtt-permissions.ts): a template before the grant, since without one acs-mqtt refuses the whole login. */
function permissionItems({ roles, templates, grants }: MqttPermissions, owner: ContentOwner): ContentItem[] {
  return roles.flatMap((role): ContentItem[] => {
    const label = `permissions of ${role.name}`;
    const value = templates[role.permission] ?? {};
    return [
      ...named({ kind: 'object', uuid: role.uuid, class: FACTORY_PLUS.clientRole, label: `${label}: role`, owner }, role.name),
      { kind: 'subclass', uuid: role.uuid, of: FACTORY_PLUS.principal, label: `${label}: subclass of Principal`, owner },
      ...named(
        { kind: 'object', uuid: role.permission, class: FACTORY_PLUS.mqttPermission, label: `${label}: permission`, owner },
        `MQTT: ${role.name}`,
      ),
      { kind: 'entry', application: FACTORY_PLUS.mqttPermissionTemplate, uuid: role.permission, value, label: `${label}: template`, owner },
      ...grants
        .filter(({ principal }) => principal === role.uuid)
        .map(
          ({ permission, target }): ContentItem => ({
            kind: 'grant',
            uuid: role.uuid,
            permission,
            target,
            label: `${label}: grant`,
            owner,
          }),
        ),
    ];
  });
}

/** The mirrors, which the Git server finds by their entries. Nobody may pull from one by these: that is for whoever grants it. */
function mirrorItems(central: Pick<CentralCluster, 'contract' | 'git'>): ContentItem[] {
  const owner = 'configdb' as const;
  return gitMirrors(central).flatMap(({ uuid, name, entry }): ContentItem[] => {
    const label = `git.${entry.path.replace('/', '.')}`;
    return [
      ...named({ kind: 'object', uuid, class: GIT_REPOSITORY_CLASS, label, owner }, name),
      {
        kind: 'entry',
        application: GIT_REPOSITORY_APPLICATION,
        uuid,
        value: entry as unknown as Json,
        label: `${label}: repository`,
        owner,
      },
    ];
  });
}

/** An object with its name, which the ConfigDB keeps as an entry. */
function named(object: Extract<ContentItem, { kind: 'object' }>, name: string): ContentItem[] {
  const { uuid, label, owner } = object;
  return [object, { kind: 'entry', application: APPLICATION.info, uuid, value: { name }, label: `${label}: name`, owner }];
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
