import { Construct } from 'constructs';
import type { GitServer } from '../../../infra/flux/git-server';
import type { Plant } from '../../../infra/model/plant';
import type { Conduit } from '../network-policy';
import { FluxDefinitions } from './flux-definitions';
import { FluxNamespace } from './flux-namespace';
import { KustomizeController } from './kustomize-controller';
import { SourceController } from './source-controller';

/** What {@link FluxSystem} takes. */
export interface FluxSystemProps {
  readonly images: Plant['images'];
  /** Minor version of Kubernetes, such as `1.34`. */
  readonly kubernetesVersion: string;
  /** Where the API server is. */
  readonly apiServer: { readonly networks: readonly string[]; readonly port: number };
  /** Where the repository is. */
  readonly git: GitServer;
  /** Whether there is the definition of HelmRelease too, for edge-sync of Factory+. */
  readonly helmReleases: boolean;
}

/**
 * Flux itself, version 2.7.5: source-controller and kustomize-controller, and what they need. No helm-controller, no notifications, no image
 * automation: nothing here uses them.
 */
export class FluxSystem extends Construct {
  constructor(scope: Construct, id: string, props: FluxSystemProps) {
    super(scope, id);
    const { images, kubernetesVersion, git, helmReleases } = props;
    const apiServer: Conduit = { peer: { networks: props.apiServer.networks }, ports: [props.apiServer.port] };
    new FluxNamespace(this, 'namespace', { kubernetesVersion });
    new FluxDefinitions(this, 'definitions', { helmReleases });
    const { artifacts } = new SourceController(this, 'source', { images, git, apiServer });
    new KustomizeController(this, 'kustomize', { images, artifacts, apiServer });
  }
}
