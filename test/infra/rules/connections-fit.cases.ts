import { found, minimalWith } from './found';

const CLASSES = ['a', 'b', 'c', 'd', 'e'];

/** A type with that many scan classes, and machines of it. */
const estateWith = (count: number, type: object, machines: Record<string, object> = { 'press-1': {} }) =>
  minimalWith(({ machineTypes, plants: { york } }) => {
    const names = CLASSES.slice(0, count);
    machineTypes.press = {
      protocol: 's7',
      controller: 'S7-1200',
      scans: Object.fromEntries(names.map((name) => [name, '1s'])),
      points: Object.fromEntries(names.map((name, n) => [`p-${name}`, { address: `M${n}.0`, type: 'BOOL', scan: name }])),
      ...type,
    };
    york.machines = Object.fromEntries(
      Object.entries(machines).map(([name, stated], n) => [name, { type: 'press', address: `10.20.1.${50 + n}`, ...stated }]),
    );
  });
const AGENT = {
  image: 'registry.example.com/agent:1.0.0',
  health: { port: 8444 },
  commands: [{ port: 102, purpose: 'S7 communication' }],
};
const modbus = (transport: string) => ({
  protocol: 'modbus',
  controller: undefined,
  transport,
  points: Object.fromEntries(CLASSES.slice(0, 2).map((name, n) => [`p-${name}`, { address: `coil ${n}`, type: 'BOOL', scan: name }])),
});

describe('the rule that a controller has a connection for everybody', () => {
  test('four scan classes, a job agent, a panel and the engineer are more than an S7-1200 offers as a rule: a warning, once for a type', () => {
    const machines = { 'press-1': {}, 'press-2': {}, 'press-3': { differs: { description: 'the old one' } } };
    expect(found('connections-fit', estateWith(4, { agent: AGENT }, machines))).toEqual([
      'warning: machineTypes.press.connections: do not suffice: the gateway takes 4 (one for each scan class with points), the job agent 1, panels, engineers and others 2, together 7; an S7-1200 offers 6 as a rule; put the points into fewer scan classes, or state the figures of this controller: connections: { offered, others }',
    ]);
    expect(found('connections-fit', estateWith(4, {}, machines))).toEqual([]);
    expect(found('connections-fit', estateWith(3, { agent: AGENT }, machines))).toEqual([]);
  });

  test('against the figures that a type states it is an error, and with room for all it is none', () => {
    expect(found('connections-fit', estateWith(2, { connections: { offered: 4, others: 3 } }))).toEqual([
      'error: machineTypes.press.connections: do not suffice: the gateway takes 2 (one for each scan class with points), panels, engineers and others 3, together 5; this controller offers 4; put the points into fewer scan classes, or let others take fewer',
    ]);
    expect(found('connections-fit', estateWith(2, { connections: { offered: 5, others: 3 } }))).toEqual([]);
    expect(found('connections-fit', estateWith(5, { agent: AGENT, connections: { others: 0 } }))).toEqual([]);
  });

  test('a machine that differs is told at its own place', () => {
    const machines = { 'press-1': {}, 'press-2': { differs: { connections: { offered: 3 } } } };
    expect(found('connections-fit', estateWith(2, {}, machines))).toEqual([
      expect.stringMatching(/^error: plants\.york\.machines\.press-2\.differs: do not suffice: .* together 4; this controller offers 3; /),
    ]);
  });

  test('Modbus is counted too: a device server of a serial line often lets in one', () => {
    expect(found('connections-fit', estateWith(2, modbus('tcp')))).toEqual([]);
    expect(found('connections-fit', estateWith(2, modbus('rtu-over-tcp')))).toEqual([
      expect.stringContaining('together 2; a device server of a serial line offers 1 as a rule'),
    ]);
  });
});
