import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rules } from '../../../infra/rules/registry';

describe('the list of rules', () => {
  test('holds every rule, once, under the name of its file, in order', () => {
    const files = readdirSync(join(__dirname, '..', '..', '..', 'infra', 'rules'))
      .map((file) => file.replace(/\.ts$/, ''))
      .filter((name) => !['edge-clusters', 'registry', 'rule'].includes(name));
    expect(rules.map((rule) => rule.id)).toEqual(files.sort());
  });

  test('each rule has cases of its own', () => {
    const tests = readdirSync(__dirname).map((file) => file.replace(/\.cases\.ts$/, ''));
    expect(rules.map((rule) => rule.id).filter((id) => !tests.includes(id))).toEqual([]);
  });

  test.each(rules.map((rule) => [rule.id, rule.invariant]))('%s says in a sentence what holds', (_, invariant) => {
    expect(invariant).toMatch(/^[A-Z].*\.$/);
  });
});
