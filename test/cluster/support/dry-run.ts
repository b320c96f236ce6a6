import type { KubernetesObject } from './api';
import type { ControlPlane } from './control-plane';

/** Shows objects to the API server as Flux applies them, strictly and without keeping them; returns the names of those that it takes. Throws when it refuses one. */
export async function dryRun({ kubectl }: ControlPlane, objects: readonly KubernetesObject[]): Promise<string[]> {
  const how = ['--server-side', '--dry-run=server', '--validate=strict', '--field-manager=dry-run', '--force-conflicts'];
  const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  return (await kubectl(['apply', ...how, '-f', '-', '-o', 'name'], { stdin })).trim().split('\n');
}
