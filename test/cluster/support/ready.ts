import { type Api, ApiError, type KubernetesObject } from './api';

const KINDS = [
  'source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories',
  'kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations',
];

/**
 * A stand-in for Flux that finds everything in order: what it is told to follow and to apply is ready at once, and nothing is applied. Only a source
 * by the name `removed` is not there.
 */
export interface ReadyFlux {
  stop(): Promise<void>;
}

/** Starts it; it looks at every GitRepository and Kustomization of `flux-system` until it is stopped. */
export function startReadyFlux(api: Api): ReadyFlux {
  let stopped = false;
  const look = async (): Promise<void> => {
    for (const kind of KINDS) {
      const { items } = await api.get<{
        items: (KubernetesObject & { spec?: { sourceRef?: { name: string } }; status?: { observedGeneration?: number } })[];
      }>(`/apis/${kind}`);
      for (const { metadata, spec, status } of items) {
        const isThere = spec?.sourceRef?.name !== 'removed';
        if (status?.observedGeneration === metadata.generation) continue;
        const condition = {
          type: 'Ready',
          status: isThere ? 'True' : 'False',
          reason: isThere ? 'Succeeded' : 'ArtifactFailed',
          message: 'as a stand-in says',
          lastTransitionTime: '2027-01-01T00:00:00Z',
          observedGeneration: metadata.generation,
        };
        await api.patch(`/apis/${kind}/${metadata.name}/status`, {
          status: { observedGeneration: metadata.generation, conditions: [condition], lastAppliedRevision: 'main@sha1:0' },
        });
      }
    }
  };
  const loop = (async () => {
    while (!stopped) {
      // The definitions come later, and objects go while they are looked at.
      await look().catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    async stop() {
      stopped = true;
      await loop;
    },
  };
}
