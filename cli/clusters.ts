import { centralManifests, plantManifests, softGatewaysManifests } from '../stacks/manifest/build';
import type { ManifestSet } from '../stacks/manifest/manifest-set';
import type { OpenEstate, SelectedCluster } from './door';
import { type ClusterSummary, summarise, summariseCentral, summariseSoftGateways } from './summary';

/** The objects and required Secrets of a cluster, whatever it is. */
export function manifestsOf(selected: SelectedCluster, extensions: OpenEstate['extensions'] = {}): ManifestSet {
  switch (selected.is) {
    case 'plant':
      return plantManifests(selected.cluster, extensions[selected.cluster.name]);
    case 'central':
      return centralManifests(selected.cluster);
    case 'soft-gateways':
      return softGatewaysManifests(selected.cluster);
  }
}

/** A cluster in figures, whatever it is. */
export function summaryOf(selected: SelectedCluster): ClusterSummary {
  switch (selected.is) {
    case 'plant':
      return summarise(selected.cluster);
    case 'central':
      return summariseCentral(selected.cluster);
    case 'soft-gateways':
      return summariseSoftGateways(selected.cluster);
  }
}
