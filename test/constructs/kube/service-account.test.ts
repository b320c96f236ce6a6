import { App, Chart } from 'cdk8s';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import { WorkloadAccount } from '../../../constructs/kube/service-account';

const labels = { name: 'press-1', component: 'machine-gateway' };

function account(images: { registry?: string; login: boolean }) {
  const chart = new Chart(new App(), 'chart');
  new WorkloadAccount(chart, 'account', { namespace: 'machines', labels, images });
  return { object: chart.toJson()[0], secrets: requiredSecrets(chart) };
}

describe('the account of a workload', () => {
  test('has no token', () => {
    expect(account({ login: false }).object).toMatchObject({ metadata: { name: 'press-1' }, automountServiceAccountToken: false });
  });

  test('asks for no login where the registry asks for none', () => {
    const { object, secrets } = account({ login: false });
    expect(object.imagePullSecrets).toBeUndefined();
    expect(secrets).toEqual([]);
  });

  test('shows a registry the login that it requires', () => {
    const { object, secrets } = account({ registry: 'registry.example.com/mirror', login: true });
    expect(object.imagePullSecrets).toEqual([{ name: 'registry-login' }]);
    expect(secrets).toMatchObject([{ namespace: 'machines', name: 'registry-login', content: { server: 'registry.example.com/mirror' } }]);
  });

  test('logs in at the public registry when there is no other', () => {
    expect(account({ login: true }).secrets).toMatchObject([{ content: { kind: 'registryLogin', server: 'docker.io' } }]);
  });
});
