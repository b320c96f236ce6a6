import { AGE_KEYS } from '../../../support/estates';
import { minimalWith, toldOf } from '../../rules/found';

// biome-ignore lint/suspicious/noExplicitAny: each row writes into an estate what the types forbid
type Change = (estate: any) => void;

const MISTAKES: [mistake: string, change: Change, told: string][] = [
  [
    'a misspelt setting',
    ({ plants: { york } }) => {
      york.uplink = { bridge: '72h' };
    },
    'plants.york.uplink.bridge: "72h" is not a setting that exists here; write bridges if you mean that, or remove it',
  ],
  [
    'a misspelt mapping that is needed',
    ({ plants: { york } }) => {
      york.machine = york.machines;
      delete york.machines;
    },
    'plants.york.machine: {"press-1":{"type":"press","address":"10.20.1.11"}} is not a setting that exists here; write machines if you mean that, or remove it',
  ],
  [
    'a setting of elsewhere',
    ({ plants: { york } }) => {
      york.machines['press-1'].port = 102;
    },
    'plants.york.machines.press-1.port: 102 is not a setting that exists here; remove it, or write one of description, runsOn, rack, differs, formerNames',
  ],
  [
    'a missing address',
    ({ plants: { york } }) => {
      delete york.machines['press-1'].address;
    },
    "plants.york.machines.press-1.address: is missing; add it (IP address of the machine's controller)",
  ],
  [
    'a machine without anything',
    ({ plants: { york } }) => {
      york.machines['press-1'] = null;
    },
    'plants.york.machines.press-1: null must be a mapping; write its settings (type, address) under it, or remove it',
  ],
  [
    'machines without any',
    ({ plants: { york } }) => {
      york.machines = null;
    },
    'plants.york.machines: null must be a mapping; write {} when there is none',
  ],
  [
    'machines as a list',
    ({ plants: { york } }) => {
      york.machines = [{ name: 'press-1', type: 'press' }];
    },
    'plants.york.machines: [{"name":"press-1","type":"press"}] must be a mapping; write each entry under a name instead of a dash',
  ],
  [
    'a node without its rack',
    ({ plants: { york } }) => {
      york.racks.a1 = { type: 'box' };
    },
    'plants.york.racks.a1.type: "box" must be a mapping; write its settings (type) under it, or remove it',
  ],
  [
    'one network where a list belongs',
    ({ plants: { york } }) => {
      york.networks.machines = '10.20.1.0/24';
    },
    'plants.york.networks.machines: "10.20.1.0/24" must be a list; write ["10.20.1.0/24"]',
  ],
  [
    'one node where a list belongs',
    ({ plants: { york } }) => {
      york.kubernetes.controlPlane = 'a1';
    },
    'plants.york.kubernetes.controlPlane: "a1" must be a list; write ["a1"]',
  ],
  [
    'no protocol',
    ({ machineTypes }) => {
      delete machineTypes.press.protocol;
    },
    'machineTypes.press.protocol: is missing; it must be one of s7, modbus, custom, sql, files, opcua, factoryplus; add it',
  ],
  [
    'points as a list',
    ({ machineTypes }) => {
      machineTypes.press.points = [{ name: 'state' }];
    },
    'machineTypes.press.points: [{"name":"state"}] must be a mapping; write each entry under a name instead of a dash',
  ],
  [
    'no points',
    ({ machineTypes }) => {
      machineTypes.press.points = {};
    },
    'machineTypes.press.points: {} must have at least one point; correct it (What the gateway reads, by name)',
  ],
  [
    'a misspelt setting of a point',
    ({ machineTypes }) => {
      machineTypes.press.points.state.adress = 'DB1.DBW0';
    },
    'machineTypes.press.points.state.adress: "DB1.DBW0" is not a setting that exists here; remove it: address is there already',
  ],
  [
    'a protocol that differs',
    ({ plants: { york } }) => {
      york.machines['press-1'].differs = { protocol: 's7' };
    },
    'plants.york.machines.press-1.differs.protocol: "s7" must not differ: the protocol belongs to the machine type; write a machine type of that protocol',
  ],
  [
    'a misspelt setting that differs',
    ({ plants: { york } }) => {
      york.machines['press-1'].differs = { prot: 103 };
    },
    'plants.york.machines.press-1.differs.prot: 103 is not a setting that exists here; write port if you mean that, or remove it',
  ],
  [
    'a point that differs in its address only',
    ({ plants: { york } }) => {
      york.machines['press-1'].differs = { points: { state: { address: 'DB11.DBW0' } } };
    },
    'plants.york.machines.press-1.differs.points.state.type: is missing; add it (Data type in the controller: BOOL, BYTE, USINT, CHAR, WORD, UINT, INT, DWORD, UDINT, DINT, REAL, LREAL, LINT, STRING[n])',
  ],
  [
    'a point left out that there is not',
    ({ plants: { york } }) => {
      york.machines['press-1'].differs = { points: { stat: null } };
    },
    'plants.york.machines.press-1.differs.points.stat: null leaves out a point that machine type press does not have; write state if you mean that, or remove it',
  ],
  [
    'an enforcer that is misspelt',
    ({ plants: { york } }) => {
      york.kubernetes.policyEnforcer = 'calcio';
    },
    'plants.york.kubernetes.policyEnforcer: "calcio" must be one of calico, cilium, kube-router, or a mapping of none, reason; write "calico"',
  ],
  [
    'an enforcer that is none',
    ({ plants: { york } }) => {
      york.kubernetes.policyEnforcer = 'none';
    },
    'plants.york.kubernetes.policyEnforcer: "none" must be one of calico, cilium, kube-router, or a mapping of none, reason; correct it (Program that enforces network policies. Default: calico with canal and calico, cilium with cilium; Flannel has none)',
  ],
  [
    'an enforcer that is none without a reason',
    ({ plants: { york } }) => {
      york.kubernetes.policyEnforcer = { none: true };
    },
    'plants.york.kubernetes.policyEnforcer.reason: is missing; add it (Why policies need not be enforced here)',
  ],
  [
    'one key where a list belongs',
    ({ plants: { york } }) => {
      york.secrets = { clusterKey: AGE_KEYS[0], ownerKeys: AGE_KEYS[1] };
    },
    'plants.york.secrets.ownerKeys: "age1ml4y0hmka4vzeg7e56dstg9w0y8fjv052ru5juskg9jph79xggesuxymnf" must be a list; write ["age1ml4y0hmka4vzeg7e56dstg9w0y8fjv052ru5juskg9jph79xggesuxymnf"]',
  ],
  [
    'too many keys',
    ({ plants: { york } }) => {
      york.secrets = { clusterKey: AGE_KEYS[0], ownerKeys: Array(17).fill(AGE_KEYS[1]) };
    },
    'plants.york.secrets.ownerKeys: ["age1ml4y0hmka4vzeg7e56dstg9w0y8fjv052ru5juskg9jph79xggesuxymnf","age1ml4y0h... must have at most 16 entries; correct it (age public keys of the people who look after the secrets)',
  ],
  [
    'a key that would break the terminal',
    ({ plants: { york } }) => {
      york['a\u001b[2J'] = 1;
    },
    'plants.york["a\\u001b[2J"]: 1 is not a setting that exists here; remove it, or write one of description, site, gateways, hosts, jobs, calendar, uplink, storage, logs, portScan, images, access, factoryPlus, flux, repository, secrets',
  ],
  [
    'a function',
    ({ plants: { york } }) => {
      york.description = () => 'Parts';
    },
    'plants.york.description: is a function; write plain data: mappings, lists, texts, numbers, true or false',
  ],
  [
    'a date that YAML made',
    ({ plants: { york } }) => {
      york.description = new Date(0);
    },
    'plants.york.description: is a Date; write plain data: mappings, lists, texts, numbers, true or false',
  ],
  [
    'a number that is none',
    ({ nodeTypes }) => {
      nodeTypes.box.cpuCores = Number.NaN;
    },
    'nodeTypes.box.cpuCores: is NaN, which is no number that can be used; write plain data: mappings, lists, texts, numbers, true or false',
  ],
  [
    'true for a mapping whose settings all have defaults',
    ({ plants: { york } }) => {
      york.factoryPlus = true;
    },
    'plants.york.factoryPlus: true must be a mapping; write {} in its place to have it with its defaults',
  ],
  [
    'secrets that are encrypted and sealed',
    ({ plants: { york } }) => {
      york.secrets = { clusterKey: AGE_KEYS[0], sealedWith: 'PEM', ownerKeys: [AGE_KEYS[1]] };
    },
    `plants.york.secrets: {"clusterKey":"${AGE_KEYS[0]}... must have clusterKey (encrypted to age keys) or sealedWith (sealed), and both are there; correct it (Who may read the secrets in the Git tree; needed when Flux delivers)`,
  ],
  [
    'soft gateways in a plant',
    ({ plants: { york } }) => {
      york.softGateways = {};
    },
    'plants.york.softGateways: {} is refused: a cluster of soft gateways is part of no plant; describe it beside plants, under softGateways at the top of the estate; an agent of this plant is one of its machines',
  ],
];

describe('what a person is told about what stands where', () => {
  test.each(MISTAKES)('%s', (_, change, message) => {
    expect(toldOf(minimalWith(change))).toEqual([`error: ${message}`]);
  });
});
