import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { type RequiredSecret, requiredSecrets, requireSecret } from '../../../constructs/kube/requirements';

test('a construct tells the Secrets that it and all below it need, in their order', () => {
  const secret = (name: string): RequiredSecret => ({
    namespace: 'uplink',
    name,
    type: 'Opaque',
    keys: ['password'],
    content: { kind: 'other', purpose: 'a test' },
  });
  const chart = new Chart(new App(), 'chart');
  const inner = new Construct(chart, 'inner');
  requireSecret(chart, secret('a'));
  requireSecret(inner, secret('b'));
  chart.node.addMetadata('something-else', 'c');
  expect(requiredSecrets(chart)).toEqual([secret('a'), secret('b')]);
  expect(requiredSecrets(inner)).toEqual([secret('b')]);
});
