import { App, Chart } from 'cdk8s';
import { Historian, type HistorianReader } from '../../../constructs/central/historian';
import { PlantDataIngester } from '../../../constructs/central/plant-data-ingester';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import { exampleCentral } from '../../support/centre';

function rendered(readers?: readonly HistorianReader[]) {
  const central = exampleCentral({ storage: { class: 'fast', historianGiB: 64 } });
  const chart = new Chart(new App(), 'centre');
  const historian = new Historian(chart, 'historian', { central, ...(readers ? { readers } : {}) });
  new PlantDataIngester(chart, 'ingester', { central, historian });
  // biome-ignore lint/suspicious/noExplicitAny: objects as they are applied, looked into by name
  const objects: any[] = chart.toJson();
  const of = (kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata.name === name);
  return { of, secrets: requiredSecrets(chart) };
}

const admitted = (policy: { spec: { ingress: { from: { podSelector: { matchLabels: Record<string, string> } }[] }[] } }) =>
  policy.spec.ingress.flatMap(({ from }) => from.map(({ podSelector }) => podSelector.matchLabels['app.kubernetes.io/name']));

test('the historian keeps its data on a volume, and only the ingester and its own setup reach it', () => {
  const { of, secrets } = rendered();
  const [claim] = of('StatefulSet', 'historian').spec.volumeClaimTemplates;
  expect(claim.spec).toMatchObject({ storageClassName: 'fast', resources: { requests: { storage: '64Gi' } } });
  expect(admitted(of('NetworkPolicy', 'historian'))).toEqual(['plant-data-ingester', 'historian-setup']);
  expect(of('NetworkPolicy', 'historian').spec.egress).toEqual([]);
  expect(secrets.map(({ name }) => name).sort()).toEqual([
    'historian-admin',
    'historian-tls',
    'historian-writer',
    'plant-data-ingester-login',
    'plant-data-ingester-session',
  ]);
});

test('a named reader gets an account that reads, and a conduit', () => {
  const peer = { namespace: 'factory-plus', labels: { 'app.kubernetes.io/name': 'grafana' } };
  const { of, secrets } = rendered([{ name: 'grafana', peer }]);
  expect(admitted(of('NetworkPolicy', 'historian'))).toContain('grafana');
  expect(of('ConfigMap', 'historian-setup').data.accounts).toBe('writer write\ngrafana read\n');
  expect(secrets).toContainEqual(
    expect.objectContaining({ name: 'historian-grafana', content: expect.objectContaining({ username: 'grafana' }) }),
  );
  const [container] = of('Job', 'historian-setup').spec.template.spec.containers;
  expect(container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toContain('/run/historian-accounts/grafana');
});

test('the ingester sees the authority of the historian and not its key, and one of it runs at a time', () => {
  const { of } = rendered();
  const { spec } = of('Deployment', 'plant-data-ingester');
  expect(spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  const volume = spec.template.spec.volumes.find(({ name }: { name: string }) => name === 'historian-ca');
  expect(volume.secret).toMatchObject({ secretName: 'historian-tls', items: [{ key: 'ca.crt', path: 'ca.crt' }] });
  expect(spec.template.spec.containers[0].livenessProbe.httpGet.path).toBe('/');
});
