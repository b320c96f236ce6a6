import { AGE_KEYS } from '../../../support/estates';
import { minimalWith, toldOf } from '../../rules/found';

// biome-ignore lint/suspicious/noExplicitAny: each row writes into an estate what the types forbid
type Change = (estate: any) => void;

const MISTAKES: [mistake: string, change: Change, told: string][] = [
  [
    'a number as text',
    ({ nodeTypes }) => {
      nodeTypes.box.cpuCores = '4';
    },
    'nodeTypes.box.cpuCores: "4" must be a number; write 4 without quotes',
  ],
  [
    'half a processor',
    ({ nodeTypes }) => {
      nodeTypes.box.cpuCores = 1.5;
    },
    'nodeTypes.box.cpuCores: 1.5 must be a whole number; correct it (Processor cores, 1–256)',
  ],
  [
    'no processor',
    ({ nodeTypes }) => {
      nodeTypes.box.cpuCores = 0;
    },
    'nodeTypes.box.cpuCores: 0 must be at least 1; correct it (Processor cores, 1–256)',
  ],
  [
    'memory in bytes',
    ({ nodeTypes }) => {
      nodeTypes.box.memoryMiB = 4294967296;
    },
    'nodeTypes.box.memoryMiB: 4294967296 must be at most 1048576; correct it (Memory in MiB, 512–1048576)',
  ],
  [
    'memory with its unit',
    ({ nodeTypes }) => {
      nodeTypes.box.memoryMiB = '4Gi';
    },
    'nodeTypes.box.memoryMiB: "4Gi" must be a number; correct it (Memory in MiB, 512–1048576)',
  ],
  [
    'a number where a text belongs',
    ({ plants: { york } }) => {
      york.description = 42;
    },
    'plants.york.description: 42 must be a text; write "42" with quotes',
  ],
  [
    'a word in capitals',
    ({ plants: { york } }) => {
      york.delivery = 'Flux';
    },
    'plants.york.delivery: "Flux" must be one of flux, pulumi; write "flux"',
  ],
  [
    'a word of another program',
    ({ plants: { york } }) => {
      york.delivery = 'argo';
    },
    'plants.york.delivery: "argo" must be one of flux, pulumi; choose one of these',
  ],
  [
    'the `no` of YAML 1.1',
    ({ plants: { york } }) => {
      york.images = { login: 'no' };
    },
    'plants.york.images.login: "no" must be true or false; write false',
  ],
  [
    'a version that YAML read as the number 1.3',
    ({ plants: { york } }) => {
      york.kubernetes.version = 1.3;
    },
    'plants.york.kubernetes.version: 1.3 must be one of 1.30, 1.31, 1.32, 1.33, 1.34, 1.35; write "1.30" with quotes',
  ],
  [
    'a version that YAML read as the number 1.1',
    ({ plants: { york } }) => {
      york.kubernetes.version = 1.1;
    },
    'plants.york.kubernetes.version: 1.1 must be one of 1.30, 1.31, 1.32, 1.33, 1.34, 1.35; choose one of these, with quotes',
  ],
  [
    'a version that is too old',
    ({ plants: { york } }) => {
      york.kubernetes.version = '1.29';
    },
    'plants.york.kubernetes.version: "1.29" must be one of 1.30, 1.31, 1.32, 1.33, 1.34, 1.35; choose one of these',
  ],
  [
    'hours as a number',
    ({ plants: { york } }) => {
      york.uplink = { bridges: 72 };
    },
    'plants.york.uplink.bridges: 72 must be a whole number with a unit (ms, s, min, h, d), from 1h to 30d; correct it (How long the link to the centre may be down without loss, 1h–30d)',
  ],
  [
    'hours with a space',
    ({ plants: { york } }) => {
      york.uplink = { bridges: '72 h' };
    },
    'plants.york.uplink.bridges: "72 h" must be a whole number with a unit (ms, s, min, h, d), from 1h to 30d; write "72h"',
  ],
  [
    'a time that is too long',
    ({ plants: { york } }) => {
      york.uplink = { bridges: '31d' };
    },
    'plants.york.uplink.bridges: "31d" must be a whole number with a unit (ms, s, min, h, d), from 1h to 30d; correct it (How long the link to the centre may be down without loss, 1h–30d)',
  ],
  [
    'a wish that there is not',
    ({ plants: { york } }) => {
      york.uplink = { whenFull: 'drop' };
    },
    'plants.york.uplink.whenFull: "drop" must be block; correct it (What happens when the store is full: the broker stops acknowledging, and gateways wait)',
  ],
  [
    'a protocol in capitals',
    ({ machineTypes }) => {
      machineTypes.press.protocol = 'S7';
    },
    'machineTypes.press.protocol: "S7" must be one of s7, modbus, custom, sql, files, opcua, factoryplus; write "s7"',
  ],
  [
    'a protocol that there is not',
    ({ machineTypes }) => {
      machineTypes.press.protocol = 'profinet';
    },
    'machineTypes.press.protocol: "profinet" must be one of s7, modbus, custom, sql, files, opcua, factoryplus; correct it',
  ],
  [
    'a controller without its hyphen',
    ({ machineTypes }) => {
      machineTypes.press.controller = 'S71500';
    },
    'machineTypes.press.controller: "S71500" must be one of S7-300, S7-400, S7-1200, S7-1500; write "S7-1500"',
  ],
  [
    'a controller as a number',
    ({ machineTypes }) => {
      machineTypes.press.controller = 1500;
    },
    'machineTypes.press.controller: 1500 must be one of S7-300, S7-400, S7-1200, S7-1500; choose one of these, with quotes',
  ],
  [
    'a unit that YAML read as a number',
    ({ machineTypes }) => {
      machineTypes.press.points.state.unit = 1;
    },
    'machineTypes.press.points.state.unit: 1 must be a text; write "1" with quotes',
  ],
  [
    'a port as text',
    ({ plants: { york } }) => {
      york.machines['press-1'].differs = { port: '102' };
    },
    'plants.york.machines.press-1.differs.port: "102" must be a number; write 102 without quotes',
  ],
  [
    'a group with a space',
    ({ plants: { york } }) => {
      york.access = { operators: ['shift leaders'] };
    },
    'plants.york.access.operators[0]: "shift leaders" must be a group name of letters, digits and : . _ @ / -; write "shift-leaders"',
  ],
  [
    'a purpose that is yes',
    ({ plants: { york } }) => {
      york.racks.a.a1.specialised = true;
    },
    'plants.york.racks.a.a1.specialised: true must be a text; correct it (Why this node takes no general-purpose workload; sets the taint factoryplus.app.amrc.co.uk/specialised)',
  ],
  [
    'a purpose with brackets',
    ({ plants: { york } }) => {
      york.racks.a.a1.specialised = 'oven (panel)';
    },
    'plants.york.racks.a.a1.specialised: "oven (panel)" must be letters, digits, spaces, dots, hyphens and underscores: it becomes a taint value; correct it (Why this node takes no general-purpose workload; sets the taint factoryplus.app.amrc.co.uk/specialised)',
  ],
  [
    'a private key of age',
    ({ plants: { york } }) => {
      york.secrets = { clusterKey: 'AGE-SECRET-KEY-1QQQQ', ownerKeys: [AGE_KEYS[0]] };
    },
    'plants.york.secrets.clusterKey: is a private key, which must never stand in an estate; treat it as known to others: make a new key, and write its public half here',
  ],
  [
    'a private key among the certificates',
    ({ centrals }) => {
      centrals.centre.certificateAuthority = '-----BEGIN RSA PRIVATE KEY-----';
    },
    'centrals.centre.certificateAuthority: is a private key, which must never stand in an estate; treat it as known to others: make a new key, and write its public half here',
  ],
  [
    'an organisation of two words',
    ({ centrals }) => {
      centrals.centre.organisation = 'Example Ltd';
    },
    'centrals.centre.organisation: "Example Ltd" must be at most 20 letters and digits, beginning with a letter: it is the first part of every Sparkplug group; write "ExampleLtd"',
  ],
  [
    'a text over two lines',
    ({ plants: { york } }) => {
      york.description = 'Parts\nfor cars';
    },
    'plants.york.description: "Parts\\nfor cars" must be one line without control characters or invisible separators; write "Parts for cars"',
  ],
  [
    'a text with a space behind it',
    ({ plants: { york } }) => {
      york.description = 'Parts ';
    },
    'plants.york.description: "Parts " must not begin or end with a space; write "Parts"',
  ],
  [
    'an empty text',
    ({ plants: { york } }) => {
      york.description = '';
    },
    'plants.york.description: "" must not be empty; correct it (For people)',
  ],
  [
    'a text that is too long',
    ({ plants: { york } }) => {
      york.description = 'x'.repeat(201);
    },
    'plants.york.description: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... must have at most 200 characters; correct it (For people)',
  ],
];

describe('what a person is told about words, numbers and texts', () => {
  test.each(MISTAKES)('%s', (_, change, message) => {
    expect(toldOf(minimalWith(change))).toEqual([`error: ${message}`]);
  });
});
