import { found, minimalWith } from './found';

const at = (...domains: string[]) =>
  minimalWith(({ centrals }) => {
    for (const [index, domain] of domains.entries()) {
      centrals[index === 0 ? 'centre' : `centre-${index}`] = { organisation: 'Example', domain, addresses: ['192.0.2.0/28'] };
    }
  });

describe('the rule that the host names of centres are distinct', () => {
  test('two centres of one domain are refused', () => {
    expect(found('central-hosts-distinct', at('factory.example.com', 'factory.example.com'))).toEqual([
      'error: centrals.centre-1.domain: "factory.example.com" makes admin.factory.example.com a host of this centre, and it is one of centre already; give each centre a domain of its own',
    ]);
  });

  test.each(['git.factory.example.com', 'kdc.factory.example.com'])('a centre in the host %s of another one is refused', (domain) => {
    expect(found('central-hosts-distinct', at('factory.example.com', domain))).toEqual([
      `error: centrals.centre-1.domain: "${domain}" makes ${domain} a host of this centre, and it is one of centre already; give each centre a domain of its own`,
    ]);
  });

  test('centres in neighbouring and in nested domains are in order', () => {
    expect(found('central-hosts-distinct', at('factory.example.com', 'trial.factory.example.com', 'factory.example.org'))).toEqual([]);
  });

  test('a domain that leaves no room for a label is refused, and one of the length that is named is not', () => {
    const long = (length: number) => `${'a.'.repeat(length / 2 - 2)}com`.padStart(length, 'b');
    expect(found('central-hosts-distinct', at(long(202)))).toEqual([
      expect.stringMatching(/^error: centrals\.centre\.domain: .* has 202 characters, .*; choose a domain of 200 characters at most$/),
    ]);
    expect(found('central-hosts-distinct', at(long(200)))).toEqual([]);
  });
});
