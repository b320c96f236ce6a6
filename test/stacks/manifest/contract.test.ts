import * as fc from 'fast-check';
import { checkEstate } from '../../../infra/estate/check';
import { configDbContent } from '../../../infra/factory-plus/configdb-content';
import type { ContentItem } from '../../../infra/factory-plus/content-item';
import { OPTIONAL_COMPONENTS } from '../../../infra/model/central-components';
import { problemText } from '../../../infra/model/problem';
import { centralManifests, plantManifests, softGatewaysManifests } from '../../../stacks/manifest/build';
import type { ManifestSet } from '../../../stacks/manifest/manifest-set';
import { edgeEstate } from '../../support/edge-estate';
import { estateArbitrary, exampleEstate } from '../../support/estates';
import { grantedTo, openedPorts, publicUrls, RenderedCentre, topicsOf, usesOf } from './contract';
import { operatorUses, type RenderedEdge, refusedToEdges } from './edge-contract';

/** What the clusters of an estate are rendered as. Throws when the estate has an error. */
function rendered(estate: unknown) {
  const { plants, softGateways, centralClusters, problems } = checkEstate(estate);
  const errors = problems.filter(({ severity }) => severity === 'error').map(problemText);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return centralClusters.map((central) => ({
    central,
    set: centralManifests(central),
    content: configDbContent(central),
    plants: plants.map((plant) => {
      const set = plantManifests(plant);
      return {
        plant,
        set,
        uses: [...usesOf(plant, set), ...operatorUses({ cluster: plant, set })],
        topics: topicsOf(plant, set),
        opened: openedPorts(plant, set),
      };
    }),
    softGateways: softGateways.map((cluster) => {
      const set = softGatewaysManifests(cluster);
      return { cluster, set, uses: operatorUses({ cluster, set }) };
    }),
  }));
}

/**
 * What a plant uses and what its centre does not offer, in sentences: none when the contract is kept.
 *
 * @param change something that goes wrong with the centre's objects, or with what the command writes to it. @default - nothing
 */
function broken(estates: ReturnType<typeof rendered>, change: (text: string) => string = (text) => text): string[] {
  return estates.flatMap(({ central, set: whole, content: written, plants, softGateways }) => {
    const [client = ''] = central.clients;
    const { set, content } = JSON.parse(change(JSON.stringify({ set: whole, content: written }))) as {
      readonly set: ManifestSet;
      readonly content: readonly ContentItem[];
    };
    const centre = new RenderedCentre(set, client.split('/')[0] ?? '');
    const tried = (use: Parameters<RenderedCentre['answers']>[0], expected?: string) => {
      try {
        const by = centre.answers(use);
        return expected === undefined || by === expected ? [] : [`${use.where}: ${use.host}:${use.port} is answered by ${by}`];
      } catch (error) {
        return [`${use.where}: ${use.host}:${use.port}: ${(error as Error).message}`];
      }
    };
    const { domain, mqtt, git } = central.contract;
    const edges: RenderedEdge[] = [...plants.map(({ plant, set: its }) => ({ cluster: plant, set: its })), ...softGateways];
    const kerberos = { kdc: 88, kadmin: 749, kpasswd: 464 };
    return [
      ...plants.flatMap(({ plant, uses, topics, opened }) => {
        const granted = grantedTo(plant.name, content);
        return [
          ...uses.flatMap((use) => tried(use, { [mqtt.host]: 'mqtt', [`git.${domain}`]: 'git' }[use.host])),
          ...(uses.some(({ host }) => host === mqtt.host) && uses.some(({ where }) => where === 'flux')
            ? []
            : [`${plant.name} uses nothing`]),
          ...topics
            .filter(({ topic, may }) => !granted[topic]?.includes(may))
            .map(({ where, topic, may }) => `${where}: ${topic} is not granted for ${may}`),
          ...Object.entries(granted).flatMap(([topic, rights]) =>
            [...rights]
              .filter((may) => !topics.some((use) => use.topic === topic && use.may === may))
              .map((may) => `${plant.name} is granted ${may} ${topic}, which it does not use`),
          ),
          ...opened
            .filter((port) => !uses.some((use) => use.port === port))
            .map((port) => `${plant.name} opens port ${port} to its centre, and nothing uses it`),
        ];
      }),
      ...softGateways.flatMap(({ uses }) => uses.flatMap((use) => tried(use))),
      ...refusedToEdges(central, edges, centre.set, content),
      ...publicUrls(central, centre.set).flatMap((use) => tried(use)),
      ...Object.values(kerberos).flatMap((port) => tried({ where: 'a Kerberos client', host: `kdc.${domain}`, port, tls: false }, 'kdc')),
      ...tried({ where: 'the contract', host: new URL(git.url).hostname, port: git.port, tls: central.contract.tls }, 'git'),
      ...tried({ where: 'the contract', host: mqtt.host, port: mqtt.port, tls: central.contract.tls }, 'mqtt'),
    ];
  });
}

const CERTIFICATES = [{ by: 'millwright' }, { by: 'given' }, { by: 'cert-manager', issuer: 'public' }];

describe('the contract between plants and their centre, by what both are rendered as', () => {
  const example = rendered(exampleEstate());

  test('the example keeps it', () => {
    expect(broken(example)).toEqual([]);
  });

  /** A plant under Factory+ and soft gateways, at a centre that is rendered. */
  const edges = rendered(
    edgeEstate(({ centrals: { centre }, plants: { rotherham } }) => {
      centre.cluster = { delivery: 'pulumi', apiServer: { addresses: ['10.0.0.1/32'] } };
      rotherham.logs = { mebibytesPerDay: 50 };
    }),
  );

  test('edge clusters under Factory+ keep it: what their operators ask, which principals they make, and what these may', () => {
    expect(edges.flatMap(({ plants, softGateways }) => [...plants, ...softGateways].map(({ uses }) => uses.length > 5))).toEqual([
      true,
      true,
    ]);
    expect(broken(edges)).toEqual([]);
  });

  test('generated estates keep it, secure and insecure, whatever the centre leaves out', () => {
    const shapes = fc.record({
      estate: estateArbitrary,
      insecure: fc.boolean(),
      certificate: fc.constantFrom(...CERTIFICATES),
      leavesOut: fc.subarray([...OPTIONAL_COMPONENTS]),
    });
    fc.assert(
      fc.property(shapes, ({ estate, insecure, certificate, leavesOut }) => {
        for (const central of Object.values<object>(estate.centrals)) {
          Object.assign(central, {
            ...(insecure ? { transport: { insecure: true, reason: 'trial' } } : {}),
            cluster: {
              delivery: 'pulumi',
              apiServer: { addresses: ['10.0.0.1/32'] },
              storage: { brokerGiB: 4096 },
              certificate,
              leavesOut: leavesOut.includes('openid') ? [...new Set([...leavesOut, 'grafana'])] : leavesOut,
            },
          });
        }
        expect(broken(rendered(estate))).toEqual([]);
      }),
      { numRuns: 4 },
    );
  });

  const swap = (text: string, other: string) => (set: string) => {
    expect(set).toContain(text);
    return set.replaceAll(text, other);
  };
  test.each([
    ['a topic that is not granted', swap('command/v1/leeds/jobs', 'command/v1/york/jobs'), 'command/v1/leeds/jobs is not granted for r'],
    ['a grant that nobody uses', swap('data/v1/leeds/+', 'data/v1/york/+'), 'leeds is granted w data/v1/york/+, which it does not use'],
    ['a host without a route', swap('Host(`git.factory', 'Host(`got.factory'), 'flux: git.factory.example.com:443: no route for git'],
    ['a door that does not open', swap('":8883\\"', '":8884\\"'), 'mqtt.factory.example.com:8883: no route for'],
    [
      'a route to no Service',
      swap('kdc.factory-plus.svc.cluster.local:88', 'kdx.factory-plus.svc.cluster.local:88'),
      'kdc.factory.example.com:88: no Service kdx.factory-plus',
    ],
    [
      'a port that its load balancer lacks',
      swap('"port":749,', '"port":750,'),
      'kdc.factory.example.com:749: no port 749 at the load balancer',
    ],
    ['a policy that lets nobody in', swap('"cidr":"0.0.0.0/0"', '"cidr":"203.0.113.0/24"'), 'the ingress is closed on 8443'],
    ['a policy that keeps the ingress from the broker', swap('{"port":1883,', '{"port":1884,'), 'policies keep the ingress from mqtt 1883'],
  ])('a centre with %s breaks it, so that this test can fail', (_, change, told) => {
    expect(broken(example, change).join('\n')).toContain(told);
  });

  test.each([
    ['a role of another name', swap('Plant rotherham', 'Plant leeds'), 'br1/rotherham/data-publisher is a member of Plant leeds'],
    ['no roles of clients', swap('b2053a3e-bdf8-11ef-9423-771a19e4a8a4', '00000000-0000-4000-8000-000000000000'), 'which is no role'],
    ['another list of administrators', swap('op1krbkeys/*@', 'op1krbkeyz/*@'), 'the KDC has another list of administrators'],
    ['a Directory of another name', swap('Host(`directory.factory', 'Host(`direktory.factory'), 'no route for directory'],
  ])('a centre with %s breaks it for edge clusters', (_, change, told) => {
    expect(broken(edges, change).join('\n')).toContain(told);
  });
});
