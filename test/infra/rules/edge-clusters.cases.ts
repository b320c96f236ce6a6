import { edgeEstate } from '../../support/edge-estate';
import { found } from './found';

// biome-ignore lint/suspicious/noExplicitAny: each row writes into an estate what the types forbid
type Change = (gateways: any, estate: any) => void;

/** What holds for plants holds for soft gateways: a rule, a mistake, and what is told. */
const MISTAKES: [rule: string, change: Change, told: string[]][] = [
  [
    'addresses-in-networks',
    ({ agents }) => {
      agents['utilities-1'].address = '10.50.9.11';
    },
    [
      'error: softGateways.gateways.agents.utilities-1.address: "10.50.9.11" is not in a network of machines (10.50.2.0/24); correct it, or add its network to softGateways.gateways.networks.machines',
    ],
  ],
  [
    'addresses-unique',
    ({ agents }) => {
      agents['utilities-2'] = { ...agents['utilities-1'] };
    },
    [
      'error: softGateways.gateways.agents.utilities-2.address: "10.50.2.11" port 102 of this address is already used by utilities-1; correct the address, or choose another port',
    ],
  ],
  [
    'agents-have-orchestrator',
    (_, { machineTypes }) => {
      machineTypes.utilities.agent = {
        image: 'registry.example.com/agents/utilities:1.0.0',
        health: { port: 8080 },
        commands: [{ port: 102, purpose: 'S7 communication' }],
      };
    },
    [
      'error: softGateways.gateways.agents.utilities-1: has a job agent, and a cluster of soft gateways has no orchestrator that could give it a job; read it from a plant, or take the agent away with differs: { agent: null }',
    ],
  ],
  [
    'clocks-kept',
    (gateways) => {
      delete gateways.time;
    },
    [expect.stringMatching(/^error: softGateways\.gateways\.time: is missing: Kerberos /) as unknown as string],
  ],
  [
    'control-plane-quorum',
    (gateways) => {
      gateways.kubernetes.controlPlane = ['g1', 'g1'];
    },
    ['error: softGateways.gateways.kubernetes.controlPlane: ["g1","g1"] names g1 twice; name each node once'],
  ],
  [
    'gateways-in-rack',
    ({ racks, agents }) => {
      racks.h = { h1: { type: 'box', specialised: 'laboratory' } };
      agents['utilities-1'].rack = 'h';
    },
    [
      'error: softGateways.gateways.agents.utilities-1.rack: "h" has no general-purpose node, so the gateway could run nowhere; general-purpose nodes are in g; name another rack, or a node in runsOn',
    ],
  ],
  [
    'general-purpose-nodes',
    ({ racks }) => {
      racks.g.g1.specialised = 'laboratory';
    },
    [
      'error: softGateways.gateways.kubernetes.controlPlane: ["g1"] the control plane must not run on a specialised node (g1); name general-purpose nodes',
      'error: softGateways.gateways.racks: there is no node for general-purpose workloads, which operators and floating edge agents need; add a node, or remove specialised from one',
    ],
  ],
  [
    'names-distinct',
    (gateways, { softGateways }) => {
      softGateways.rotherham = gateways;
      gateways.agents['utilities-1'].formerNames = ['utilities-1'];
    },
    [
      'error: softGateways.gateways.agents.utilities-1.formerNames[0]: "utilities-1" is already the name of a machine; choose another name',
      'error: softGateways.rotherham: "rotherham" is already the name of a plant; choose another name',
      'error: softGateways.rotherham.agents.utilities-1.formerNames[0]: "utilities-1" is already the name of a machine; choose another name',
    ],
  ],
  [
    'names-reserved',
    (gateways, estate) => {
      estate.softGateways = { changepw: gateways };
    },
    ['error: softGateways.changepw: "changepw" is reserved, as are admin, changepw and history; choose another name'],
  ],
  [
    'networks-disjoint',
    ({ networks }) => {
      networks.services = '10.244.0.0/20';
    },
    [
      'error: softGateways.gateways.networks.pods: "10.244.0.0/16" overlaps the network of the Services, 10.244.0.0/20; choose a network that nothing else uses',
    ],
  ],
  [
    'pins-tolerated',
    ({ racks, agents }) => {
      racks.g.g1.taints = [{ key: 'example.com/gpu', effect: 'NoSchedule' }];
      agents['utilities-1'].runsOn = 'g1';
    },
    [
      'error: softGateways.gateways.agents.utilities-1.runsOn: "g1" has the taint example.com/gpu:NoSchedule, which the gateway does not tolerate: it would never start; name another node, or take the taint from g1; for a node that is kept for machines, state specialised instead',
    ],
  ],
  [
    'policies-enforced',
    ({ kubernetes }) => {
      kubernetes.podNetwork = 'flannel';
    },
    [
      'error: softGateways.gateways.kubernetes.policyEnforcer: is missing: flannel alone does not enforce network policies, so every gateway could reach everything; set podNetwork: canal, or policyEnforcer: kube-router, or state { none: true, reason: … }',
    ],
  ],
  [
    'references-exist',
    ({ agents, racks }) => {
      agents['utilities-1'].runsOn = 'g2';
      racks.g.g1.type = 'bax';
    },
    [
      'error: softGateways.gateways.agents.utilities-1.runsOn: "g2" is not a node of this cluster of soft gateways; there is g1; name one that exists, or describe it',
      'error: softGateways.gateways.racks.g.g1.type: "bax" is not a node type; there is box; name one that exists, or describe it',
    ],
  ],
  [
    'secret-recipients',
    (gateways) => {
      delete gateways.secrets;
    },
    [expect.stringMatching(/^error: softGateways\.gateways\.secrets: is missing: Flux reads secrets from Git/) as unknown as string],
  ],
];

describe('a rule that holds for plants holds for soft gateways', () => {
  test.each(MISTAKES)('%s', (rule, change, told) => {
    const estate = edgeEstate((data) => change(data.softGateways.gateways, data));
    const usual = found(rule, edgeEstate());
    expect(usual.filter((line) => line.startsWith('error'))).toEqual([]);
    expect(found(rule, estate).filter((line) => !usual.includes(line))).toEqual(told);
  });

  test('but soft gateways may stand in the network of the central cluster, and read systems there', () => {
    const estate = edgeEstate(({ softGateways: { gateways } }) => {
      gateways.networks = { nodes: '192.0.2.0/24', machines: ['192.0.2.0/24'] };
      gateways.racks.g.g1.address = '192.0.2.20';
      gateways.agents['utilities-1'].address = '192.0.2.21';
    });
    expect(found('networks-disjoint', estate)).toEqual([]);
    expect(found('addresses-in-networks', estate)).toEqual([]);
  });
});
