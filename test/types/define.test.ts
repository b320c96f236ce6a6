import { type CompilerError, compile } from './compile';

const RIGHT = `import { defineCentral, defineEstate, definePlant, defineSoftGateways, machineType, nodeType } from '../estate/define';

const centre = defineCentral('centre', { organisation: 'Example', domain: 'factory.example.com', addresses: ['192.0.2.0/28'] });
const box = nodeType('box', { cpuCores: 4, memoryMiB: 4096, storageGiB: 110 });
const press = machineType('press', {
  protocol: 's7',
  controller: 'S7-1500',
  points: {
    state: { address: 'DB10.DBW0', type: 'INT' },
    pressure: { address: 'DB10.DBD2', type: 'REAL', unit: 'bar', scan: 'fast' },
  },
});

export const york = definePlant('york', {
  central: centre,
  delivery: 'flux',
  kubernetes: { version: '1.34', controlPlane: ['a1', 'a2', 'b1'] },
  networks: { nodes: '10.20.1.0/24' },
  racks: {
    a: { a1: box, a2: box.at('10.20.1.2') },
    b: { b1: box.for('oven panel', { address: '10.20.1.3' }) },
  },
  machines: {
    'press-1': press.at('10.20.1.11'),
    'press-2': press.at('10.20.1.12', { runsOn: 'b1', description: 'Beside the oven' }),
    'press-3': press.at('10.20.1.13', { differs: { port: 103, points: { pressure: null } } }),
  },
  uplink: { bridges: '72h' },
});

const cell = machineType('cell', {
  protocol: 'factoryplus',
  device: {
    protocol: 'modbus',
    points: { level: { address: 'holding 20', type: 'INT16' } },
  },
});

export const office = defineSoftGateways('office', {
  central: centre,
  kubernetes: { controlPlane: ['g1'] },
  networks: { nodes: '10.50.1.0/24' },
  racks: { g: { g1: box, g2: box.for('laboratory') } },
  agents: {
    'agent-1': cell.at('10.50.1.21'),
    'agent-2': cell.at('10.50.1.22', { runsOn: 'g2', differs: { device: { unitId: 7 } } }),
  },
});

export default defineEstate({ plants: [york], softGateways: [office], centrals: [centre] });
`;

const unknown = (key: string, type: string, meant = '') =>
  `Object literal may only specify known properties, ${meant ? 'but' : 'and'} '${key}' does not exist in type '${type}'.${meant}`;
const didYouMean = (key: string) => ` Did you mean to write '${key}'?`;
const NODES = '"a1" | "a2" | "b1"';

/** A right text, the wrong one in its place, and the first line of what the compiler says of it. */
const MISTAKES: Record<string, [right: string, wrong: string, message: string]> = {
  'a machine on a node that is not in the racks': [
    "runsOn: 'b1'",
    "runsOn: 'b7'",
    `Type 'MachineDefinition<"b7", "s7">' is not assignable to type 'MachineDefinition<${NODES}, string>'.`,
  ],
  'a control plane on a node that is not in the racks': [
    "['a1', 'a2', 'b1']",
    "['a1', 'a2', 'b7']",
    `Type '"b7"' is not assignable to type '${NODES}'.`,
  ],
  'a setting that differs and does not exist': ['port: 103', 'prot: 103', unknown('prot', 'Differs<"s7">')],
  'a setting that differs in its kind': ['port: 103', "port: '103'", "Type 'string' is not assignable to type 'number'."],
  'a protocol that differs': ['port: 103', "protocol: 's7'", unknown('protocol', 'Differs<"s7">')],
  'a wrong key of a point that differs': [
    'pressure: null',
    "pressure: { adress: 'DB10.DBD2', type: 'REAL' }",
    unknown('adress', 'Point<"s7">', didYouMean('address')),
  ],
  'a controller that there is not': [
    "'S7-1500'",
    "'S7-2000'",
    `Type '"S7-2000"' is not assignable to type '"S7-300" | "S7-400" | "S7-1200" | "S7-1500"'. Did you mean '"S7-1200"'?`,
  ],
  'a protocol that there is not': [
    "'s7'",
    "'profibus'",
    `Type '"profibus"' is not assignable to type '"custom" | "files" | "s7" | "modbus" | "sql" | "opcua" | "factoryplus"'.`,
  ],
  'a wrong key of a point': ["unit: 'bar'", "units: 'bar'", unknown('units', 'Point<"s7">', didYouMean('unit'))],
  'a wrong key of a plant': ['uplink:', 'uplinks:', unknown('uplinks', `PlantSpec<${NODES}>`, didYouMean('uplink'))],
  'a wrong key of a machine': ["description: 'Beside", "desc: 'Beside", unknown('desc', 'MachineOptions<"b1", "s7">')],
  'a wrong key of a node type': ['cpuCores: 4', 'cores: 4', unknown('cores', 'NodeTypeSpec')],
  'a central cluster by its name': ['central: centre', "central: 'centre'", "Type 'string' is not assignable to type 'CentralDefinition'."],
  'a node by its name': ['a1: box,', "a1: 'box',", "Type 'string' is not assignable to type 'NodeDefinition'."],
  'a machine by its name': [
    "press.at('10.20.1.11')",
    "'press'",
    `Type 'string' is not assignable to type 'MachineDefinition<${NODES}, string>'.`,
  ],
  'a delivery that there is not': ["'flux'", "'argo'", `Type '"argo"' is not assignable to type '"flux" | "pulumi" | undefined'.`],
  'a version that is not supported': [
    "'1.34'",
    "'1.29'",
    `Type '"1.29"' is not assignable to type '"1.30" | "1.31" | "1.32" | "1.33" | "1.34" | "1.35" | undefined'.`,
  ],
  'an agent on a node that is not in the racks': [
    "runsOn: 'g2'",
    "runsOn: 'g7'",
    `Type 'MachineDefinition<"g7", "factoryplus">' is not assignable to type 'EdgeAgentDefinition<"g1" | "g2">'.`,
  ],
  'an agent of a machine type that needs a plant broker': [
    "'agent-1': cell.at",
    "'agent-1': press.at",
    `Type 'MachineDefinition<never, "s7">' is not assignable to type 'EdgeAgentDefinition<"g1" | "g2">'.`,
  ],
  'a wrong key of a cluster of soft gateways': [
    'agents: {',
    'agent: {',
    unknown('agent', 'SoftGatewaysSpec<string>', didYouMean('agents')),
  ],
  'a setting of a plant at soft gateways': [
    "networks: { nodes: '10.50.1.0/24' },",
    "networks: { nodes: '10.50.1.0/24' }, uplink: { bridges: '72h' },",
    unknown('uplink', 'SoftGatewaysSpec<"g1" | "g2">'),
  ],
  'soft gateways as a plant': [
    'plants: [york]',
    'plants: [office]',
    "Type 'SoftGatewaysDefinition' is not assignable to type 'PlantDefinition'.",
  ],
  'a plant as soft gateways': [
    'softGateways: [office]',
    'softGateways: [york]',
    "Type 'PlantDefinition' is not assignable to type 'SoftGatewaysDefinition'.",
  ],
  'no control plane': [
    ", controlPlane: ['a1', 'a2', 'b1']",
    '',
    `Property 'controlPlane' is missing in type '{ version: "1.34"; }' but required in type 'KubernetesSpec<${NODES}>'.`,
  ],
};

const lineOf = (text: string) => RIGHT.slice(0, RIGHT.indexOf(text)).split('\n').length;

describe('a plant in TypeScript', () => {
  let errors: Record<string, CompilerError[]> = {};

  beforeAll(() => {
    const wrong = Object.entries(MISTAKES).map(([name, [right, instead]]) => [name, RIGHT.replace(right, instead)]);
    errors = compile({ right: RIGHT, 'no central': RIGHT.replace('  central: centre,\n', ''), ...Object.fromEntries(wrong) });
  }, 60_000);

  test('compiles when everything that it names is there', () => {
    expect(errors.right).toEqual([]);
  });

  test.each(Object.entries(MISTAKES))('with %s is one error at that line, short enough to read', (name, [right, , message]) => {
    expect(errors[name]).toEqual([{ line: lineOf(right), message: expect.arrayContaining([message]) }]);
    expect(errors[name]?.[0]?.message[0]).toBe(message);
    expect(message.length).toBeLessThanOrEqual(200);
  });

  test('without a central cluster is one error at the plant, which names what is missing', () => {
    const [error, ...others] = errors['no central'] ?? [];
    expect(others).toEqual([]);
    expect(error?.line).toBe(lineOf('export const york'));
    // The compiler prints the whole argument first, shortened by itself.
    expect(error?.message.at(-1)).toMatch(
      /^ *Property 'central' is missing in type .* but required in type 'PlantSpec<"a1" \| "a2" \| "b1">'\.$/,
    );
  });
});
