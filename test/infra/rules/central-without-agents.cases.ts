import { edgeEstate } from '../../support/edge-estate';
import { AGE_KEYS } from '../../support/estates';
import { found, toldOf } from './found';

const REASON =
  'no edge agent runs on the central cluster: whoever holds a machine of a cluster holds all of it, and agents belong on clusters of their own';

/** The estate with a centre that is rendered, whose API server is at 10.60.1.11. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
const withCentre = (change: (estate: any) => void = () => {}) =>
  edgeEstate((estate) => {
    estate.centrals.centre.cluster = {
      apiServer: { addresses: ['10.60.1.11/32'] },
      certificate: { by: 'given' },
      repository: { url: 'https://git.example.com/centre.git' },
      flux: { gitAddresses: ['192.0.2.64/32'] },
      secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
    };
    change(estate);
  });

describe('the rule that no edge agent runs on the central cluster', () => {
  test('clusters of their own are in order', () => {
    expect(found('central-without-agents', withCentre())).toEqual([]);
  });

  test.each(['agents', 'machines', 'gateways', 'edgeAgents', 'softGateways'])(
    'a centre that states %s is refused with the reason and the remedy, not as a slip of the pen',
    (key) => {
      const usual = toldOf(withCentre());
      const remedy =
        'describe a cluster of softGateways, or a machine without runsOn at a plant that states factoryPlus: its agent floats between the nodes';
      const inCluster = withCentre(({ centrals }) => {
        centrals.centre.cluster[key] = {};
      });
      const beside = withCentre(({ centrals }) => {
        centrals.centre[key] = {};
      });
      expect(toldOf(inCluster).filter((line) => !usual.includes(line))).toEqual([
        `error: centrals.centre.cluster.${key}: {} is refused: ${REASON}; ${remedy}`,
      ]);
      expect(toldOf(beside).filter((line) => !usual.includes(line))).toEqual([
        `error: centrals.centre.${key}: {} is refused: ${REASON}; ${remedy}`,
      ]);
    },
  );

  test('soft gateways on a node of the central cluster are refused', () => {
    const estate = withCentre(({ softGateways: { gateways } }) => {
      gateways.networks.nodes = '10.60.1.0/24';
      gateways.racks.g.g1.address = '10.60.1.11';
    });
    expect(found('central-without-agents', estate)).toEqual([
      `error: softGateways.gateways.racks.g.g1.address: "10.60.1.11" is a node of the central cluster centre, whose API server is in 10.60.1.11/32; ${REASON}; use nodes that are none of the central cluster, or narrow centrals.centre.cluster.apiServer.addresses to the addresses of its nodes`,
    ]);
  });

  test('a plant whose API server is that of the central cluster is refused', () => {
    const estate = withCentre(({ plants: { rotherham } }) => {
      rotherham.kubernetes.endpoint = '10.60.1.11';
    });
    expect(found('central-without-agents', estate)).toEqual([
      `error: plants.rotherham.kubernetes.endpoint: "10.60.1.11" is a node of the central cluster centre, whose API server is in 10.60.1.11/32; ${REASON}; use nodes that are none of the central cluster, or narrow centrals.centre.cluster.apiServer.addresses to the addresses of its nodes`,
    ]);
  });

  test('soft gateways beside the central cluster, in one network, are in order', () => {
    const estate = withCentre(({ softGateways: { gateways } }) => {
      gateways.networks.nodes = '10.60.1.0/24';
      gateways.racks.g.g1.address = '10.60.1.12';
    });
    expect(found('central-without-agents', estate)).toEqual([]);
  });

  test.each([
    ['as it is', 'https://git.example.com/centre.git'],
    ['spelt otherwise', 'https://git.example.com/centre/'],
  ])('a plant made from the tree of the central cluster, %s, is refused', (_, url) => {
    const estate = withCentre(({ plants: { rotherham } }) => {
      rotherham.repository = { url };
    });
    expect(found('central-without-agents', estate)).toEqual([
      `error: plants.rotherham.repository: is the Git tree of the central cluster centre, . of ${url}; ${REASON}; name a repository of its own, or another folder`,
    ]);
  });

  test.each([
    ['another folder of that repository', { url: 'https://git.example.com/centre.git', folder: './rotherham' }],
    ['another branch of it', { url: 'https://git.example.com/centre.git', branch: 'rotherham' }],
    ['a repository of its own', { url: 'https://git.example.com/rotherham.git' }],
  ])('a plant made from %s is in order', (_, repository) => {
    const estate = withCentre(({ plants: { rotherham } }) => {
      rotherham.repository = repository;
    });
    expect(found('central-without-agents', estate)).toEqual([]);
  });
});
