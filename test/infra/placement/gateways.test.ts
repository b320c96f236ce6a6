import type { Machine } from '../../../infra/model/machine';
import { RESERVED_OBJECT_NAMES } from '../../../infra/model/object-names';
import { brokerUsers } from '../../../infra/nats/users';
import { type Gateway, planGateways, sharedGatewayName } from '../../../infra/placement/gateways';
import { examplePlant } from '../../support/plants';

/** A machine with what it states of where its gateway runs. */
function machine(name: string, where: Pick<Machine, 'runsOn' | 'rack' | 'program'> = {}): Machine {
  const [any] = examplePlant().machines;
  if (!any) throw new Error('the example has no machine');
  const { runsOn: _, rack: __, ...rest } = any;
  return { ...rest, name, ...where };
}

const PROGRAM = { image: 'example' } as unknown as NonNullable<Machine['program']>;

const MACHINES = [
  machine('m1', { runsOn: 'a1' }),
  machine('m2', { runsOn: 'a1' }),
  machine('m3', { runsOn: 'b2', rack: 'b' }),
  machine('m4', { rack: 'b' }),
  machine('m5', { rack: 'b' }),
  machine('m6'),
  machine('own', { runsOn: 'a1', program: PROGRAM }),
  machine('own-b', { rack: 'b', program: PROGRAM }),
];

/** `name: machines @ place`, with a star for a shared one. */
const told = ({ name, machines, shared, runsOn, rack }: Gateway) =>
  `${name}${shared ? '*' : ''}: ${machines.map((m) => m.name).join(' ')}${runsOn ? ` on ${runsOn}` : ''}${rack ? ` in ${rack}` : ''}`;

const planned = (gateways: 'machine' | 'node' | 'rack', machines = MACHINES) => planGateways({ gateways, machines }).map(told);

describe('the gateways of a plant', () => {
  test('one for each machine, where the machine says, unless the plant says more', () => {
    expect(planned('machine')).toEqual([
      'm1: m1 on a1',
      'm2: m2 on a1',
      'm3: m3 on b2 in b',
      'm4: m4 in b',
      'm5: m5 in b',
      'm6: m6',
      'own: own on a1',
      'own-b: own-b in b',
    ]);
  });

  test("one for each node, for the machines that name it; the rest and the plant's own programs have one each", () => {
    expect(planned('node')).toEqual([
      'a1-gateways*: m1 m2 on a1',
      'b2-gateways*: m3 on b2',
      'm4: m4 in b',
      'm5: m5 in b',
      'm6: m6',
      'own: own on a1',
      'own-b: own-b in b',
    ]);
  });

  test('one for each rack, for the machines that state it and no node', () => {
    expect(planned('rack')).toEqual([
      'b-gateways*: m4 m5 in b',
      'm1: m1 on a1',
      'm2: m2 on a1',
      'm3: m3 on b2 in b',
      'm6: m6',
      'own: own on a1',
      'own-b: own-b in b',
    ]);
  });

  test('have names that the plant keeps for nothing else', () => {
    expect(sharedGatewayName('a1')).toBe('a1-gateways');
    expect(RESERVED_OBJECT_NAMES.filter((name) => name.endsWith(sharedGatewayName('')))).toEqual([]);
  });

  test('publish each on the topics of their own machines, and on no other', () => {
    const plant = { ...examplePlant(), gateways: 'node' as const, machines: MACHINES };
    const topics = (name: string) => brokerUsers(plant).find(({ commonName }) => commonName === name);
    expect(topics('a1-gateways')).toEqual({ commonName: 'a1-gateways', publish: ['data/v1/leeds/m1', 'data/v1/leeds/m2'], subscribe: [] });
    expect(topics('m6')).toEqual({ commonName: 'm6', publish: ['data/v1/leeds/m6'], subscribe: [] });
    expect(topics('m1')).toBeUndefined();
  });
});
