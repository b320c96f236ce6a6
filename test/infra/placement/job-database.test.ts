import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Jobs } from '../../../infra/model/jobs';
import type { Plant } from '../../../infra/model/plant';
import { MISHAP_TEXTS, MISHAPS, PROMISES, type Promised, planJobDatabase, promiseLines } from '../../../infra/placement/job-database';

const node = (name: string, rack: string) => ({ name, rack, taints: [] });
const ONE = [node('a1', 'a')];
const TWO_RACKS = [node('a1', 'a'), node('b1', 'b')];
const plan = (nodes: object[], dies: boolean, backups: object, wishes: Partial<Jobs> = {}) =>
  planJobDatabase(
    { nodes, storage: { class: 'local-path', brokerGiB: 16 } } as unknown as Pick<Plant, 'nodes' | 'storage'>,
    {
      database: { volume: { class: dies ? 'local-path' : 'nfs', gib: 20, diesWithNode: dies }, backups },
      loseAtMost: '5min',
      backWithin: '4h',
      ...wishes,
    } as Jobs,
  );
const LOCAL = { volume: { gib: 20, diesWithNode: true } };
const NETWORK = { volume: { class: 'nfs', gib: 20, diesWithNode: false } };
const OTHER_NETWORK = { volume: { class: 'backup-nfs', gib: 20, diesWithNode: false } };
const STORED = { ...NETWORK, store: { host: 's3.example.com' } };
const OFF = { off: true, reason: 'trial' };
const loses = ({ promises }: ReturnType<typeof plan>) => MISHAPS.map((mishap) => promises[mishap].loses).join(' ');

test.each([
  ['bound, backed up in another rack', TWO_RACKS, true, LOCAL, 'bound', 'nothing nothing 1min 1min 1min'],
  ['bound, backed up in the same rack', [node('a1', 'a'), node('a2', 'a')], true, LOCAL, 'bound', 'nothing nothing 1min 1min all'],
  ['bound, with no second node for the backups', [node('a1', 'a')], true, LOCAL, 'bound', 'nothing nothing all all all'],
  ['bound, backed up to storage of the network', [node('a1', 'a')], true, NETWORK, 'bound', 'nothing nothing 1min 1min all'],
  ['bound, backed up to a store as well', [node('a1', 'a')], true, STORED, 'bound', 'nothing nothing 1min 1min 1min'],
  ['bound, not backed up', ONE, true, OFF, 'bound', 'nothing nothing all all all'],
  ['not backed up, with a second node', TWO_RACKS, true, OFF, 'replica', 'nothing nothing nothing nothing nothing'],
  ['of the network, backed up to the same storage', TWO_RACKS, false, NETWORK, 'network', 'nothing nothing nothing all all'],
  ['of the network, backed up to other storage', TWO_RACKS, false, OTHER_NETWORK, 'network', 'nothing nothing nothing 1min all'],
  ['of the network, backed up to a node', TWO_RACKS, false, LOCAL, 'network', 'nothing nothing nothing 1min all'],
])('a database %s loses just what it says', (_, nodes, dies, backups, design, expected) => {
  const found = plan(nodes, dies, backups);
  expect([found.design, loses(found)]).toEqual([design, expected]);
});

test('a wish is kept or falls short to the second', () => {
  expect(plan(TWO_RACKS, true, LOCAL).fallsShort).toEqual([]);
  expect(plan(ONE, true, NETWORK, { backWithin: '239min' }).fallsShort).toEqual(['node', 'disk']);
  expect(plan(ONE, true, NETWORK, { loseAtMost: '59s' }).fallsShort).toEqual(['node', 'disk']);
  expect(plan(TWO_RACKS, false, LOCAL, { loseAtMost: '1s', backWithin: '1h' }).fallsShort).toEqual([]);
  expect(plan(TWO_RACKS, false, LOCAL, { backWithin: '59min' }).fallsShort).toEqual(['node']);
  expect(plan(ONE, true, OFF, { loseAtMost: '7d', backWithin: '7d' }).fallsShort).toEqual(['node', 'disk']);
});

test('a replica is chosen where one server falls short and two nodes make it do, and nowhere else', () => {
  const designs = (nodes: object[], wishes: Partial<Jobs>, backups: object = LOCAL) => {
    const found = plan(nodes, true, backups, wishes);
    return `${found.design} ${found.fallsShort.join(' ')}`.trim();
  };
  expect(designs(TWO_RACKS, { loseAtMost: '1s' })).toBe('replica');
  expect(designs(TWO_RACKS, { loseAtMost: '1min', backWithin: '4h' })).toBe('bound');
  expect(designs(TWO_RACKS, { backWithin: '1h' })).toBe('replica');
  // Nobody is there sooner, and a replica would not change that.
  expect(designs(TWO_RACKS, { loseAtMost: '1s', backWithin: '59min' })).toBe('bound node disk');
  expect(designs(ONE, { loseAtMost: '1s' }, NETWORK)).toBe('bound node disk');
  const oneRack = [node('a1', 'a'), node('a2', 'a')];
  expect(loses(plan(oneRack, true, LOCAL, { loseAtMost: '1s' }))).toBe('nothing nothing nothing nothing all');
  expect(loses(plan(oneRack, true, STORED, { loseAtMost: '1s' }))).toBe('nothing nothing nothing nothing 1min');
});

test('a specialised node holds neither the database nor its backups', () => {
  const special = { ...node('b1', 'b'), taints: [{ effect: 'NoExecute' }] };
  expect(loses(plan([node('a1', 'a'), special], true, LOCAL))).toBe('nothing nothing all all all');
});

test('the promises are told in sentences', () => {
  expect(promiseLines(plan(TWO_RACKS, true, LOCAL))).toEqual([
    'job database: bound to the node that holds its volume, with dumps and the running copy of its binary log elsewhere',
    'when the server process ends: loses nothing, back within 10min; the kubelet starts the server again, which recovers from its own log',
    'when the power of its node fails and comes back: loses nothing, back within 30min; the node starts again, and the server recovers from its own log',
    'when its node is gone for good: loses at most 1min, back within 4h; somebody restores the backup on another node',
    'when the disk that holds its volume is gone: loses at most 1min, back within 4h; somebody restores the backup on another node',
    'when its whole rack is gone: loses at most 1min, back within 4h; somebody restores the backup on another node',
  ]);
});

test('the documentation tells the same promises', () => {
  const page = readFileSync(join(__dirname, '../../../docs/job-database.md'), 'utf8');
  const best = { backedUp: true, backedUpOutsideRack: true, twoRacks: true };
  const told = ({ loses, back }: Promised) => `loses ${loses === 'nothing' ? loses : `at most ${loses}`}, back within ${back}`;
  for (const mishap of MISHAPS) {
    const { bound, network, replica } = PROMISES;
    const row = [bound, network, replica].map((design) => told(design(best)[mishap]));
    expect(page).toContain(`| ${[MISHAP_TEXTS[mishap], ...row].join(' | ')} |`);
  }
});
