/** Where edge clusters stand in an estate, and in each the key of what its gateways read. */
export const EDGE_CLUSTERS = [
  ['plants', 'machines'],
  ['softGateways', 'agents'],
] as const;
