import Ajv2020 from 'ajv/dist/2020';
import * as fc from 'fast-check';
import { configDbContent, ownIds } from '../../../infra/factory-plus/configdb-content';
import type { ContentItem } from '../../../infra/factory-plus/content-item';
import { machineUuid, PAGE_BYTES, pointsPages } from '../../../infra/factory-plus/content-machine';
import { GIT_REPOSITORY_APPLICATION, GIT_REPOSITORY_CLASS, gitMirrors } from '../../../infra/factory-plus/git-mirrors';
import { APPLICATION, CLASS } from '../../../infra/factory-plus/ids';
import { FACTORY_PLUS, mqttPermissions } from '../../../infra/factory-plus/mqtt-permissions';
import type { Plant } from '../../../infra/model/plant';
import { signalsOf } from '../../../infra/model/signal';
import { partOf } from '../../../stacks/configdb/record';
import { exampleCentral } from '../../support/centre';
import { examplePlant } from '../../support/plants';

const mirrors = { charts: { url: 'https://git.example.org/charts.git', addresses: ['198.51.100.0/28'], branches: { main: {}, v2: {} } } };
const { contract, git } = exampleCentral({ git: { mirrors } });
const { realm } = contract;
const leeds = examplePlant();
const plants = [leeds, { ...leeds, name: 'york', machines: leeds.machines.slice(0, 3) }];
const content = configDbContent({ contract, plants, softGateways: [], git });
const isEntry = (item: ContentItem): item is Extract<ContentItem, { kind: 'entry' }> => item.kind === 'entry';
const entries = content.filter(isEntry);

describe('what the ConfigDB should know of the example', () => {
  test('names each thing once', () => {
    const ids = content.map((item) => `${item.uuid} ${partOf(item)}`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is the same whatever the order of plants, machines and data points', () => {
    const turned = [...plants].reverse().map((plant) => ({
      ...plant,
      machines: [...plant.machines].reverse().map((machine) => ({ ...machine, points: [...machine.points].reverse() })),
    }));
    expect(configDbContent({ contract, plants: turned, softGateways: [], git })).toEqual(content);
  });

  test('has other ids in another installation, and of all of its own', () => {
    const other = configDbContent({ contract: { ...contract, realm: 'OTHER.EXAMPLE.COM' }, plants, softGateways: [], git });
    const uuids = new Set(content.map(({ uuid }) => uuid));
    expect(other.filter(({ uuid }) => uuids.has(uuid))).toEqual([]);
  });

  test('follows its own schemas, as the ConfigDB compiles them', () => {
    const ajv = new Ajv2020({ allErrors: true });
    const schemas = new Map(
      entries
        .filter(({ application }) => application === APPLICATION.schema)
        .map(({ uuid, value }) => [uuid, ajv.compile(value as object)]),
    );
    expect([...schemas.keys()].sort()).toEqual(Object.values(ownIds(realm).application).sort());
    const own = entries.filter(({ application }) => schemas.has(application));
    expect(own.length).toBe(2 + 2 * (leeds.machines.length + 3));
    for (const { application, value, label } of own) {
      const validate = schemas.get(application);
      validate?.(value);
      expect([label, validate?.errors]).toEqual([label, null]);
    }
  });

  test('gives every object a name, and writes each entry under an application and for an object that exist by then', () => {
    const there = new Set<string>([
      ...Object.values(CLASS),
      ...Object.values(APPLICATION),
      ...Object.values(FACTORY_PLUS).filter((id) => typeof id === 'string'),
      GIT_REPOSITORY_CLASS,
      GIT_REPOSITORY_APPLICATION,
    ]);
    for (const item of content) {
      if (item.kind === 'object') {
        expect([item.label, there.has(item.class)]).toEqual([item.label, true]);
        there.add(item.uuid);
        expect(entries).toContainEqual(expect.objectContaining({ application: APPLICATION.info, uuid: item.uuid }));
      } else {
        expect([item.label, there.has(item.uuid)]).toEqual([item.label, true]);
        if (item.kind === 'entry') expect([item.label, there.has(item.application)]).toEqual([item.label, true]);
      }
    }
  });

  test("tells nothing to the Cluster Manager, to edge-sync and of Sparkplug: they would make objects that are Millwright's", () => {
    const theirs: readonly string[] = [APPLICATION.cluster, APPLICATION.deployment, APPLICATION.sparkplugAddress];
    expect(entries.filter(({ application }) => theirs.includes(application))).toEqual([]);
  });

  test('lets a consumer find topics, rows and units of a machine', () => {
    const oven = leeds.machines.find(({ name }) => name === 'press-1') ?? leeds.machines[0];
    const uuid = machineUuid(realm, 'leeds', oven?.name ?? '');
    const { application } = ownIds(realm);
    const value = (of: string) => entries.find((entry) => entry.application === of && entry.uuid === uuid)?.value;
    expect(value(application.machine)).toMatchObject({
      name: oven?.name,
      protocol: oven?.protocol,
      topics: { data: `data/v1/leeds/${oven?.name}` },
      historian: { bucket: 'plant-data' },
      points: oven?.points.length,
    });
    const [point] = oven?.points ?? [];
    const { points } = value(application.points) as unknown as { points: Record<string, unknown>[] };
    expect(points).toContainEqual(expect.objectContaining({ name: point?.name, valueType: point?.valueType, scanMs: point?.scanMs }));
  });

  test('has the permissions of plants for the command, those that the centre needs to start for service-setup, and no others', () => {
    const { roles, grants, templates } = mqttPermissions(
      realm,
      plants.map(({ name, ...plant }) => ({ name, signals: signalsOf(plant) })),
      contract.serves,
    );
    const granted = content.flatMap((item) => (item.kind === 'grant' ? [[item.uuid, item.permission, item.target, item.owner]] : []));
    const ownerOf = (uuid: string) => (roles.find((role) => role.uuid === uuid)?.plant === undefined ? 'setup' : 'configdb');
    expect(granted.sort()).toEqual(
      grants.map((grant) => [grant.principal, grant.permission, grant.target, ownerOf(grant.principal)]).sort(),
    );
    expect(new Set(granted.map(([, , , owner]) => owner)).size).toBe(2);
    const told = entries.filter(({ application }) => application === FACTORY_PLUS.mqttPermissionTemplate);
    expect(Object.fromEntries(told.map(({ uuid, value }) => [uuid, value]))).toEqual(templates);
    // A permission without a template would fail the whole login.
    for (const [, permission] of granted) {
      const at = (wanted: (item: ContentItem) => boolean) => content.findIndex(wanted);
      expect(
        at(
          (item) =>
            item.kind === 'entry' &&
            item.uuid === permission &&
            'application' in item &&
            item.application === FACTORY_PLUS.mqttPermissionTemplate,
        ),
      ).toBeLessThan(at((item) => item.kind === 'grant' && item.permission === permission));
    }
  });

  test('has each mirror of the Git server as a repository whose entry says what is copied, and no rights to it', () => {
    const [mirror] = gitMirrors({ contract, git });
    expect(mirror?.entry.path).toBe('mirrors/charts');
    expect(content.filter(({ label }) => label.startsWith('git.mirrors.charts'))).toEqual([
      expect.objectContaining({ kind: 'object', uuid: mirror?.uuid, class: GIT_REPOSITORY_CLASS, owner: 'configdb' }),
      expect.objectContaining({ kind: 'entry', application: APPLICATION.info, value: { name: 'Mirror charts' } }),
      expect.objectContaining({ kind: 'entry', application: GIT_REPOSITORY_APPLICATION, uuid: mirror?.uuid, value: mirror?.entry }),
    ]);
    expect(content.filter((item) => item.kind === 'grant' && item.target === mirror?.uuid)).toEqual([]);
  });
});

test('data points are in pages that the ConfigDB takes, each linked to the next, none lost', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z][a-z0-9]{0,30}$/), fc.string({ unit: 'grapheme', maxLength: 12 })), {
        selector: ([name]) => name,
        maxLength: 40,
      }),
      fc.integer({ min: 1, max: 60 }),
      (names, times) => {
        const points = names.flatMap(([name, unit]) =>
          Array.from({ length: times }, (_, index) => ({
            name: `${name}-${index}`,
            valueType: 'real' as const,
            sourceType: 'REAL',
            unit,
            scanMs: 250,
          })),
        );
        const machine = { ...(leeds.machines[0] as Plant['machines'][number]), name: 'm', points };
        const pages = pointsPages(realm, 'leeds', machine);
        const read: string[] = [];
        let next: string | undefined = machineUuid(realm, 'leeds', 'm');
        let number = 0;
        while (next !== undefined) {
          const page: (typeof pages)[string] | undefined = pages[next];
          expect(page?.page).toBe(++number);
          expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(PAGE_BYTES + 1000);
          read.push(...(page?.points ?? []).map(({ name }) => name));
          next = page?.next;
        }
        expect(read).toEqual(points.map(({ name }) => name).sort());
        expect(Object.keys(pages)).toHaveLength(number);
      },
    ),
    { numRuns: 30 },
  );
});
