import { centralManifests, plantManifests } from '../stacks/manifest/build';
import type { ManifestSet } from '../stacks/manifest/manifest-set';
import type { OpenEstate, SelectedCluster } from './door';
import { type ClusterSummary, summarise, summariseCentral } from './summary';

/** The objects and required Secrets of a cluster, whatever it is. */
export function manifestsOf(selected: SelectedCluster, extensions: OpenEstate['extensions'] = {}): ManifestSet {
  return selected.is === 'plant' ? plantManifests(selected.cluster, extensions[selected.cluster.name]) : centralManifests(selected.cluster);
}

/** A cluster in figures, whatever it is. */
export function summaryOf(selected: SelectedCluster): ClusterSummary {
  return selected.is === 'plant' ? summarise(selected.cluster) : summariseCentral(selected.cluster);
}
