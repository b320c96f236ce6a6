import { formatNodeId } from '../node-id';
import { readingsOf } from '../reading';
import type { OpcUaRule } from './rule';

/** Points are not in namespace 0. A warning: it holds OPC UA's own nodes, such as the server's clock, and no machine's values. */
export const namespaceZeroRule: OpcUaRule = ({ settings }, pathOf) =>
  readingsOf(settings)
    .filter(({ node }) => node.ns === 0)
    .map(({ name, node }) => ({
      rule: 'opcua/namespace-zero',
      severity: 'warning',
      path: pathOf('points', name, 'node'),
      value: formatNodeId(node),
      message: 'is in namespace 0, which holds the nodes of OPC UA itself',
      remedy: 'write the namespace that the server shows for the machine’s values, often 2 or more',
    }));
