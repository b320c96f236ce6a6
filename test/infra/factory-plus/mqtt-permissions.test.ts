import { parseAllDocuments } from 'yaml';
import { FACTORY_PLUS, mqttPermissionDumps, mqttPermissionFile, mqttPermissions } from '../../../infra/factory-plus/mqtt-permissions';
import { factoryPlusUuid } from '../../../infra/factory-plus/uuid';
import { centralGrants, ingesterGrant, STARTER_GRANT } from '../../../infra/model/contract';
import { SIGNALS } from '../../../infra/model/signal';
import { mayDo } from '../../support/mqtt-permissions';

const PLANTS = ['leeds', 'york'].map((name) => ({ name, signals: [...SIGNALS] }));
const REALM = 'FACTORY.EXAMPLE.COM';
const permissions = mqttPermissions(REALM, PLANTS, [...SIGNALS]);

/** Topics and filters that begin as ours do, and some that do not. */
const ASKED = [
  ...['data', 'oee', 'logs', 'command', 'answer', '+'].flatMap((kind) =>
    ['v1', 'v2', '+'].flatMap((version) =>
      ['leeds', 'york', '+'].flatMap((plant) =>
        ['press-1', 'jobs', '+', '#', '', 'press-1/x', 'jobs/', 'jobs/#'].map((last) => `${kind}/${version}/${plant}/${last}`),
      ),
    ),
  ),
  ...[
    '#',
    '+',
    'data',
    'data/v1',
    'data/v1/leeds',
    'data/v1/#',
    'command/v1/leeds',
    '$SYS/#',
    '$share/g/data/v1/+/+',
    '/data/v1/leeds/press-1',
    'broker/v1/start',
  ],
];
const TOPICS = ASKED.filter((asked) => !/[+#]/.test(asked));
const bare = (asked: string) => asked.replace(/^\$share\/g\//, '');

/** Whether a filter takes in what is asked for, a topic or a filter, and everything in it (MQTT 3.1.1, 4.7). */
function takesIn(filter: string, asked: string): boolean {
  const [levels, askedLevels] = [filter.split('/'), asked.split('/')];
  return (
    levels.length === askedLevels.length && askedLevels.every((level, i) => level !== '#' && (levels[i] === '+' || level === levels[i]))
  );
}

/** What HiveMQ allows beyond that: `#` where the filter has `+`, and slashes at the end. */
const liberties = (filter: string, asked: string) =>
  takesIn(filter, asked.replace(/#$/, '+')) || takesIn(filter, asked.replace(/\/+$/, ''));

const granted = [
  ...PLANTS.flatMap(({ name, signals }) => centralGrants(name, signals).map((grant) => ({ plant: name as string | undefined, ...grant }))),
  { plant: undefined, ...ingesterGrant([...SIGNALS]) },
  { plant: undefined, ...STARTER_GRANT },
];

describe('the permissions of the central broker in Factory+', () => {
  const clients = granted.map((grant, index) => ({ ...grant, may: mayDo(permissions, permissions.roles[index]?.uuid ?? '') }));

  test('are a role for each client that the contract knows', () => {
    expect(permissions.roles.map(({ who, plant }) => [who, plant])).toEqual(granted.map(({ who, plant }) => [who, plant]));
  });

  test('let each client do what the contract grants to it, and of all else only what HiveMQ calls the same', () => {
    for (const { publish, subscribe, may } of clients) {
      for (const [filters, all, allowed] of [
        [publish, TOPICS, TOPICS.filter(may.publish)],
        [subscribe, ASKED, ASKED.filter(may.subscribe)],
      ] as const) {
        const by = (rule: typeof takesIn) => all.filter((asked) => filters.some((filter) => rule(filter, bare(asked))));
        expect(allowed).toEqual(expect.arrayContaining(by(takesIn)));
        expect(by(liberties)).toEqual(expect.arrayContaining(allowed));
      }
    }
    expect(
      clients.map(({ may }) => TOPICS.filter(may.publish).length).every((count, i) => count > 0 || granted[i]?.who === 'ingester'),
    ).toBe(true);
  });

  test('bring nobody a message by such a liberty: nobody publishes where it reaches', () => {
    const published = clients.flatMap(({ publish }) => TOPICS.filter((topic) => publish.some((filter) => takesIn(filter, topic))));
    for (const { subscribe, may } of clients) {
      const reached = ASKED.filter(may.subscribe).flatMap((filter) => published.filter((topic) => receives(bare(filter), topic)));
      expect(reached.filter((topic) => !subscribe.some((filter) => takesIn(filter, topic)))).toEqual([]);
    }
  });

  test('have the same ids in every run, of their own in every realm', () => {
    expect(mqttPermissions(REALM, PLANTS, [...SIGNALS])).toEqual(permissions);
    const ids = (realm: string) => mqttPermissions(realm, PLANTS, [...SIGNALS]).roles.flatMap(({ uuid, permission }) => [uuid, permission]);
    const all = [...ids(REALM), ...ids('OTHER.EXAMPLE.COM')];
    expect(new Set(all).size).toBe(all.length);
    for (const id of all) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    // Written down, since another namespace or another way of counting would orphan what an installation has.
    expect(factoryPlusUuid(REALM, 'mqtt-permission', 'plant', 'leeds')).toMatchInlineSnapshot(`"e5063c5b-61a1-5631-8565-80c39561619e"`);
  });

  test('give nothing to a plant that does not use it, and no role to an ingester that has nothing to read', () => {
    const small = mqttPermissions(REALM, [{ name: 'leeds', signals: ['data/v1'] }], []);
    expect(small.roles.map(({ name }) => name)).toEqual(['Plant leeds']);
    expect(Object.values(small.templates)).toEqual([{ 'data/v1/leeds/+': 'w' }]);
  });

  test('are dumps as the ConfigDB and Auth take them', () => {
    const [configDb, auth] = mqttPermissionDumps(mqttPermissions(REALM, [{ name: 'leeds', signals: ['data/v1'] }], []));
    const [role, permission] = [
      factoryPlusUuid(REALM, 'mqtt-role', 'plant', 'leeds'),
      factoryPlusUuid(REALM, 'mqtt-permission', 'plant', 'leeds'),
    ];
    expect(configDb).toEqual({
      service: FACTORY_PLUS.service.configDb,
      version: 2,
      objects: {
        [FACTORY_PLUS.clientRole]: { [role]: { name: 'Plant leeds', subclassOf: [FACTORY_PLUS.principal] } },
        [FACTORY_PLUS.mqttPermission]: { [permission]: { name: 'MQTT: Plant leeds' } },
      },
      configs: { [FACTORY_PLUS.mqttPermissionTemplate]: { [permission]: { 'data/v1/leeds/+': 'w' } } },
    });
    expect(auth).toEqual({
      service: FACTORY_PLUS.service.auth,
      version: 2,
      grants: { [role]: { [permission]: { [FACTORY_PLUS.wildcard]: false } } },
    });
  });

  test('are one file of those dumps for service-setup, which reads it as YAML and loads it after what it requires', () => {
    const file = mqttPermissionFile(permissions);
    expect(parseAllDocuments(file).map((document) => [document.errors, document.toJS()])).toEqual(
      mqttPermissionDumps(permissions).map((dump) => [[], dump]),
    );
    expect(/^#-REQUIRE:\s+(.*)/m.exec(file)?.[1]).toBe('auth acs-v2');
    expect(file).not.toMatch(/^#-EARLY/m);
  });
});

/** Whether a message on a topic comes to a subscription (MQTT 3.1.1, 4.7). */
function receives(filter: string, topic: string): boolean {
  const [levels, topicLevels] = [filter.split('/'), topic.split('/')];
  const hash = levels.indexOf('#');
  const same = levels.slice(0, hash < 0 ? undefined : hash).every((level, i) => level === '+' || level === topicLevels[i]);
  return same && (hash < 0 ? levels.length === topicLevels.length : topicLevels.length >= hash);
}

describe('what acs-mqtt makes of a template', () => {
  const permission = 'p';
  const grants = [{ principal: 'a', permission, target: 't' }];
  const may = (template: Record<string, unknown>, addresses = {}) =>
    mayDo({ grants, templates: { [permission]: template } }, 'a', addresses);

  test('takes variables from the Sparkplug address of the target, and passes over an entry whose target has none', () => {
    const template = { 'spBv1.0/%g/+/%n': 'w', 'x/#': 'rw', 'y/1': 'neither', 'z/1': 1 };
    expect(may(template, { t: { group_id: 'G', node_id: 'N' } }).publish('spBv1.0/G/NDATA/N')).toBe(true);
    expect(may(template).publish('spBv1.0/G/NDATA/N')).toBe(false);
    for (const topic of ['x', 'x/1/2']) expect(may(template).publish(topic)).toBe(true);
    for (const topic of ['y/1', 'z/1']) expect(may(template).publish(topic)).toBe(false);
  });

  test('refuses the login of a client one of whose permissions has no template', () => {
    expect(() => mayDo({ grants, templates: {} }, 'a')).toThrow('no template of p');
  });
});
