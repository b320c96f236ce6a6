import type { k8s } from 'cdk8s-plus-27';
import type { EdgeCluster } from '../../infra/model/edge-cluster';
import type { Machine } from '../../infra/model/machine';
import type { Gateway } from '../../infra/placement/gateways';
import { RACK_LABEL } from '../../infra/placement/kube-node';
import type { Conduit } from '../kube/network-policy';

/** What gateways connect to: each machine's own ports. */
export function machineConduits(machines: readonly Machine[]): Conduit[] {
  return machines.flatMap((machine) =>
    machine.conduits.map(({ port, protocol }): Conduit => ({ peer: { networks: [machine.address] }, ports: [port], protocol })),
  );
}

/**
 * Where a gateway may run: its node, its rack, or wherever gateways of its kind are fewest.
 *
 * @param component label `component` of gateways of its kind
 */
export function gatewayPlace(cluster: Pick<EdgeCluster, 'name' | 'nodes'>, { runsOn, rack }: Gateway, component: string) {
  if (runsOn !== undefined) return { node: nodeNamed(cluster, runsOn) };
  return { spread: spreadGateways(component), ...(rack === undefined ? {} : { rack }) };
}

/** Gateways spread over racks and nodes as far as they can, so that one failure stops few of them. */
function spreadGateways(component: string): k8s.TopologySpreadConstraint[] {
  return [RACK_LABEL, 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { 'app.kubernetes.io/component': component } },
  }));
}

function nodeNamed({ name: cluster, nodes }: Pick<EdgeCluster, 'name' | 'nodes'>, name: string) {
  const node = nodes.find((candidate) => candidate.name === name);
  if (!node) throw new RangeError(`plant ${cluster} has no node ${name}`);
  return node;
}
