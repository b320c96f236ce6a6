import { Chart, Testing } from 'cdk8s';

/** What a construct renders, as plain objects. */
// biome-ignore lint/suspicious/noExplicitAny: tests read what a schema of Kubernetes describes
export function rendered(declare: (chart: Chart) => void): any[] {
  const chart = new Chart(Testing.app(), 'test', { disableResourceNameHashes: true });
  declare(chart);
  return chart.toJson();
}
