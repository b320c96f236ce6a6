import { App, Chart } from 'cdk8s';
import { Historian, type HistorianReader } from '../../../constructs/central/historian';
import { PlantDataIngester } from '../../../constructs/central/plant-data-ingester';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import { exampleCentral } from '../../support/centre';

function rendered(readers?: readonly HistorianReader[]) {
  const central = exampleCentral({ storage: { class: 'fast', historianGiB: 64 } });
  const chart = new Chart(new App(), 'centre');
  new Historian(chart, 'historian', { central, ...(readers ? { readers } : {}) });
  new PlantDataIngester(chart, 'ingester', { central });
  // biome-ignore lint/suspicious/noExplicitAny: objects as they are applied, looked into by name
  const objects: any[] = chart.toJson();
  const of = (kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata.name === name);
  return { of, secrets: requiredSecrets(chart) };
}

const admitted = (policy: { spec: { ingress: { from: { podSelector: { matchLabels: Record<string, string> } }[] }[] } }) =>
  policy.spec.ingress.flatMap(({ from }) => from.map(({ podSelector }) => podSelector.matchLabels['app.kubernetes.io/name']));

test('the historian keeps its data on a volume, and only those reach it that the table of components names', () => {
  const { of, secrets } = rendered();
  const [claim] = of('StatefulSet', 'historian').spec.volumeClaimTemplates;
  expect(claim.spec).toMatchObject({ storageClassName: 'fast', resources: { requests: { storage: '64Gi' } } });
  expect(admitted(of('NetworkPolicy', 'historian'))).toEqual([
    'ingress',
    'historian-setup',
    'plant-data-ingester',
    'historian-sparkplug',
    'data-access',
    'i3x',
    'grafana',
    'historian-backup',
  ]);
  expect(of('NetworkPolicy', 'historian').spec.egress).toEqual([]);
  expect(secrets.map(({ name }) => name).sort()).toEqual([
    'historian-admin',
    'historian-grafana',
    'historian-tls',
    'historian-tokens',
    'historian-writer',
    'plant-data-ingester-login',
    'plant-data-ingester-session',
  ]);
});

test('a named reader gets an account that reads, and a conduit', () => {
  const peer = { namespace: 'factory-plus', labels: { 'app.kubernetes.io/name': 'report' } };
  const { of, secrets } = rendered([{ name: 'report', peer }]);
  expect(admitted(of('NetworkPolicy', 'historian'))).toContain('report');
  expect(of('ConfigMap', 'historian-setup').data.accounts).toMatch(
    /^report read default plant-data plant-figures plant-logs plant-refused$/m,
  );
  expect(secrets).toContainEqual(
    expect.objectContaining({ name: 'historian-report', content: expect.objectContaining({ username: 'report' }) }),
  );
  const [container] = of('Job', 'historian-setup').spec.template.spec.containers;
  expect(container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toContain('/run/historian-accounts/report');
});

test('the ingester sees the authority of the historian and not its key, and one of it runs at a time', () => {
  const { of } = rendered();
  const { spec } = of('Deployment', 'plant-data-ingester');
  expect(spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  const volume = spec.template.spec.volumes.find(({ name }: { name: string }) => name === 'historian-ca');
  expect(volume.secret).toMatchObject({ secretName: 'historian-tls', items: [{ key: 'ca.crt', path: 'ca.crt' }] });
  expect(spec.template.spec.containers[0].livenessProbe.httpGet.path).toBe('/');
});
