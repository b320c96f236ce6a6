import { withCluster } from './central-cluster-of';
import { found } from './found';

const at = (...addresses: string[]) => withCluster({ apiServer: { addresses } });

describe('the rule that the addresses of the API server of a centre are few', () => {
  test('networks of everybody are refused, each at its place', () => {
    const told = (index: number, network: string) =>
      `error: centrals.centre.cluster.apiServer.addresses[${index}]: "${network}" is so large that the pods that hold the keys of Kerberos could connect to everybody; name the addresses of the nodes that run the API server, each with /32 or /128`;
    expect(found('central-api-server-narrow', at('0.0.0.0/0', '10.0.0.0/16', '::/0'))).toEqual([told(0, '0.0.0.0/0'), told(2, '::/0')]);
  });

  test('networks of nodes, and what the schema refuses, are not', () => {
    expect(found('central-api-server-narrow', at('10.0.0.1/32', 'fd00:10::/48'))).toEqual([]);
    expect(found('central-api-server-narrow', at('0.0.0.0'))).toEqual([]);
  });
});
