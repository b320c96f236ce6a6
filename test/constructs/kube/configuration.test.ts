import { Configuration } from '../../../constructs/kube/configuration';
import { rendered } from '../rendered';

const labels = { name: 'press-1', component: 'machine-gateway' };

function configuration(files: Record<string, string>) {
  let annotations: Readonly<Record<string, string>> = {};
  const [object] = rendered((chart) => {
    annotations = new Configuration(chart, 'configuration', { name: 'press-1', namespace: 'machines', labels, files }).podAnnotations;
  });
  return { object, digest: annotations['millwright/configuration'] };
}

describe('a configuration', () => {
  test('is a ConfigMap with its files', () => {
    expect(configuration({ 'a.conf': 'x\n' }).object).toMatchObject({ kind: 'ConfigMap', data: { 'a.conf': 'x\n' } });
  });

  test('has a digest that changes with a name or a content, and with nothing else', () => {
    const { digest } = configuration({ a: '1', b: '2' });
    expect(configuration({ b: '2', a: '1' }).digest).toBe(digest);
    expect(configuration({ a: '1', b: '3' }).digest).not.toBe(digest);
    expect(configuration({ a: '1', c: '2' }).digest).not.toBe(digest);
    expect(configuration({ a: '12', b: '' }).digest).not.toBe(configuration({ a: '1', b: '2' }).digest);
    expect(digest).toMatch(/^[0-9a-f]{32}$/);
  });
});
