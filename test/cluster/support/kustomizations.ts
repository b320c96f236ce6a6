import { eventually, GiveUp } from '../../support/wait';
import type { Api, Condition, KubernetesObject } from './api';

/** One object that Flux applied and would prune: `namespace_name_group_kind`, and its version. */
export interface InventoryEntry {
  readonly id: string;
  readonly v: string;
}

interface Kustomization extends KubernetesObject {
  readonly spec: { readonly sourceRef: { readonly kind: string; readonly name: string; readonly namespace?: string } };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly lastAppliedRevision?: string;
    readonly lastAttemptedRevision?: string;
    readonly lastHandledReconcileAt?: string;
    readonly inventory?: { readonly entries?: readonly InventoryEntry[] };
  };
}

const requestedAt = 'reconcile.fluxcd.io/requestedAt';

// These say that the delivered files are wrong. Others, such as DependencyNotReady, pass by themselves.
const finalReasons = ['BuildFailed', 'ReconciliationFailed', 'PruneFailed', 'HealthCheckFailed'];

/** What a test asks about Flux Kustomizations of one namespace. */
export interface Kustomizations {
  /**
   * Waits until a Kustomization has applied its source's newest revision, and handled the last {@link reconcile}.
   *
   * @param timeoutMs @default 60000
   * @returns its Ready condition
   * @throws with the condition's message as soon as that revision failed, or after the timeout
   */
  waitForReady(name: string, timeoutMs?: number): Promise<Condition>;
  /** Has a Kustomization reconciled although nothing changed; follow it by {@link waitForReady}. */
  reconcile(name: string): Promise<void>;
  /** What a Kustomization has applied and would prune. */
  inventory(name: string): Promise<readonly InventoryEntry[]>;
}

/** Looks at the Kustomizations of a namespace. */
export function kustomizationsIn(api: Api, namespace: string): Kustomizations {
  const pathOf = (name: string): string => `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations/${name}`;
  const read = (name: string): Promise<Kustomization> => api.get(pathOf(name));
  return {
    waitForReady(name, timeoutMs = 60_000) {
      return eventually(`Kustomization ${name} to be ready`, timeoutMs, async () => {
        const kustomization = await read(name);
        return judge(kustomization, await newestRevision(api, kustomization, namespace));
      });
    },
    async reconcile(name) {
      // Flux compares the value with the one it handled last, so it only has to be new.
      const now = `${new Date().toISOString()}-${process.hrtime.bigint()}`;
      await api.patch(pathOf(name), { metadata: { annotations: { [requestedAt]: now } } });
    },
    async inventory(name) {
      return (await read(name)).status?.inventory?.entries ?? [];
    },
  };
}

async function newestRevision(api: Api, { spec }: Kustomization, ownNamespace: string): Promise<string | undefined> {
  const { kind, name, namespace = ownNamespace } = spec.sourceRef;
  if (kind !== 'GitRepository') throw new GiveUp(`the stand-in for source-controller serves no ${kind}`);
  const source = await api.get<{ status?: { artifact?: { revision: string } } }>(
    `/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/gitrepositories/${name}`,
  );
  return source.status?.artifact?.revision;
}

/** Returns the Ready condition when it is True and up to date; throws why it is not. */
function judge({ metadata, status = {} }: Kustomization, revision: string | undefined): Condition {
  const ready = status.conditions?.find((condition) => condition.type === 'Ready');
  if (!revision) throw new Error('nothing has been delivered to its GitRepository');
  if (!ready) throw new Error('Flux has not looked at it yet');

  const message = `${ready.reason}: ${ready.message}`;
  const requested = metadata.annotations?.[requestedAt];
  const handled = requested === undefined || requested === status.lastHandledReconcileAt;
  if (!handled || ready.observedGeneration !== metadata.generation) throw new Error(`not handled yet, before that ${message}`);

  if (ready.status === 'True' && status.lastAppliedRevision === revision) return ready;
  const failed = ready.status === 'False' && status.lastAttemptedRevision === revision;
  const stalled = status.conditions?.some(({ type, status }) => type === 'Stalled' && status === 'True');
  if (stalled || (failed && finalReasons.includes(ready.reason ?? ''))) {
    throw new GiveUp(`Kustomization ${metadata.name} failed at ${revision}: ${message}`);
  }
  throw new Error(message);
}
