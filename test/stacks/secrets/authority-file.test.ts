import { dump } from 'js-yaml';
import { newAuthority } from '../../../stacks/secrets/authority';
import { authorityDocument, readAuthority, readAuthorityFacts } from '../../../stacks/secrets/authority-file';
import { changed, factsOf } from '../../../stacks/secrets/succession';

const NOW = new Date('2027-01-01T00:00:00Z');
const first = newAuthority('leeds', NOW);
const overlapping = changed(first, 'successor', NOW);
const succeeded = changed(changed(changed(overlapping, 'promote', NOW), 'successor', NOW), 'promote', NOW);

test.each([
  ['an authority', first],
  ['an authority with a successor', overlapping],
  ['an authority with two predecessors', succeeded],
])('%s comes back from its file as it was', (_, authority) => {
  const text = dump(authorityDocument(authority));
  expect(readAuthority('leeds', text)).toEqual(authority);
  expect(readAuthorityFacts('leeds', text)).toEqual(factsOf(authority));
});

test('what stands beside the encrypted values holds neither a key nor a certificate', () => {
  const { stringData, ...readable } = authorityDocument(overlapping) as { stringData: object };
  expect(Object.keys(stringData)).toEqual(['signing.crt', 'signing.key', 'next.crt', 'next.key']);
  expect(JSON.stringify(readable)).not.toContain('-----');
});

test('the file of another plant is refused', () => {
  const text = dump(authorityDocument(first));
  expect(() => readAuthority('york', text)).toThrow('it is the authority of leeds, not of york');
  expect(() => readAuthorityFacts('york', text)).toThrow('it is the authority of leeds, not of york');
});

test('a file with the wrong key, or none, is refused without telling what is in it', () => {
  const other = newAuthority('leeds', NOW);
  const mixed = dump(authorityDocument({ ...first, signing: { ...first.signing, key: other.signing.key } }));
  expect(() => readAuthority('leeds', mixed)).toThrow("a key is not its certificate's");
  for (const text of ['', '{', 'kind: Secret', dump({ ...authorityDocument(first), stringData: { 'signing.key': 'hunter2' } })]) {
    let message = '';
    try {
      readAuthority('leeds', text);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/^it is not (a PlantAuthority of millwright\/v1|YAML)$/);
  }
});
