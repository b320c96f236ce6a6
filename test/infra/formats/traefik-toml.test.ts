import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { hostRule, toTraefikToml } from '../../../infra/formats/traefik-toml';
import { hostNameSchema } from '../../../infra/model/network';
import { plainTextArbitrary, tableArbitrary } from './tables';

const readable = (text: string) => !/\p{Cc}/u.test(text) && !text.includes('{{') && !/[\ud800-\udfff]/u.test(text);

describe('a table as a configuration of Traefik', () => {
  test('reads back as it was', () => {
    const tables = tableArbitrary(
      plainTextArbitrary.filter(readable),
      () => true,
      () => true,
    );
    fc.assert(
      fc.property(tables, (table) => {
        expect(parse(toTraefikToml(table))).toEqual(table);
      }),
      { numRuns: 200 },
    );
  });

  test('never holds what would begin an instruction of a template, whatever the texts are', () => {
    const text = fc.array(fc.constantFrom('{', '{{', '}', ' env "HOME" ', '"', "'", '\\', '\n', 'a', '`')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (key, value) => {
        let written = '';
        try {
          written = toTraefikToml({ [key]: { deeper: [value] } });
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          expect(`${key}${value}`).toMatch(/\{\{|\n/);
        }
        expect(written).not.toContain('{{');
      }),
      { numRuns: 300 },
    );
  });

  test.each(['{{ env "KEY" }}', 'a\nb', '\u0000', '\ud800'])('refuses %j in a text, a key or a list', (text) => {
    for (const table of [{ a: text }, { [text]: 1 }, { a: [{ b: [text] }] }]) expect(() => toTraefikToml(table)).toThrow(RangeError);
  });
});

describe('the rule of a router', () => {
  test('names each host', () => {
    expect(hostRule('a.example.com', 'b.example.com')).toBe('Host(`a.example.com`) || Host(`b.example.com`)');
  });

  test('takes what the model takes for a domain, and nothing that would end a host in it', () => {
    const hostile = fc.array(fc.constantFrom('a', 'b-', '.', '`', ')', ' || ', 'Path(`/`)', '*', '{{', '\n', 'A', '1', '_'), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          hostile.map((parts) => parts.join('')),
          fc.string(),
          fc.domain(),
        ),
        (host) => {
          let rule: string | undefined;
          try {
            rule = hostRule(host);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
          if (hostNameSchema.safeParse(host).success) expect(rule).toBe(`Host(\`${host}\`)`);
          if (rule !== undefined) expect(rule).toMatch(/^Host\(`[a-z0-9.-]+`\)$/);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('is refused without a host', () => {
    expect(() => hostRule()).toThrow('a route cannot be for the host undefined');
  });
});
