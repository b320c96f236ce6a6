import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { type Decision, decide, type Found, knownAfter, knownBefore, NO_TAG, type Situation } from '../../../stacks/configdb/decide';
import { digestOf } from '../../../stacks/configdb/digest';
import type { Known } from '../../../stacks/configdb/record';

const there = (digest: string): Found => ({ is: 'there', digest, tag: `"${digest}"` });
const untagged = (digest: string): Found => ({ is: 'there', digest, untagged: true });
const absent: Found = { is: 'absent' };
const wrote = (...digests: string[]): Known => ({ there: true, wrote: digests });
const none = { restore: false, prune: false };

describe('what is done about an entry', () => {
  test.each<[string, Partial<Situation>, Decision, Decision?]>([
    ['never written and not there: created', { wanted: 'new', found: absent }, { do: 'create' }],
    ['about to be written when a run broke off: created', { wanted: 'new', found: absent, known: { wrote: ['new'] } }, { do: 'create' }],
    ['as it should be: nothing', { wanted: 'new', found: there('new') }, { do: 'nothing' }],
    ['as the command wrote it: updated', { wanted: 'new', found: there('old'), known: wrote('old') }, { do: 'update', tag: '"old"' }],
    ['something else: told', { wanted: 'new', found: there('mine'), known: wrote('old') }, { do: 'tell', finding: 'changed' }],
    ['there before the command: told', { wanted: 'new', found: there('mine') }, { do: 'tell', finding: 'changed' }],
    [
      'deleted: told, or put back',
      { wanted: 'new', found: absent, known: wrote('old') },
      { do: 'tell', finding: 'deleted' },
      { do: 'create' },
    ],
    [
      'a right that nobody wrote, of what was there before the command: told as taken, or given',
      { wanted: 'new', found: absent, madeElsewhere: true },
      { do: 'tell', finding: 'deleted' },
      { do: 'create' },
    ],
    [
      'left the estate as it was written: told, or removed',
      { found: there('old'), known: wrote('old') },
      { do: 'tell', finding: 'left' },
      { do: 'remove', tag: '"old"' },
    ],
    [
      'left the estate, and changed: told, and forgotten',
      { found: there('mine'), known: wrote('old') },
      { do: 'tell', finding: 'kept' },
      { do: 'forget' },
    ],
    [
      'as the command wrote it, without an ETag: refused',
      { wanted: 'new', found: untagged('old'), known: wrote('old') },
      { do: 'refuse', why: NO_TAG },
    ],
    [
      'something else, without an ETag: told',
      { wanted: 'new', found: untagged('mine'), known: wrote('old') },
      { do: 'tell', finding: 'changed' },
    ],
    [
      'left the estate as it was written, without an ETag: told, or refused',
      { found: untagged('old'), known: wrote('old') },
      { do: 'tell', finding: 'left' },
      { do: 'refuse', why: NO_TAG },
    ],
    ['left the estate, and gone: forgotten', { found: absent, known: wrote('old') }, { do: 'forget' }],
    ['of service-setup, and not there: told', { wanted: 'new', found: absent, owner: 'setup' }, { do: 'tell', finding: 'missing' }],
    [
      'of service-setup, and something else: told',
      { wanted: 'new', found: there('old'), known: wrote('old'), owner: 'setup' },
      { do: 'tell', finding: 'differs' },
    ],
    [
      'of service-setup, and gone: told',
      { wanted: 'new', found: absent, known: wrote('new'), owner: 'setup' },
      { do: 'tell', finding: 'deleted' },
    ],
  ])('that is %s', (_, situation, decision, allowed = decision) => {
    const whole: Situation = { owner: 'configdb', found: absent, ...situation };
    expect(decide(whole, none)).toEqual(decision);
    expect(decide(whole, { restore: true, prune: true })).toEqual(allowed);
  });

  const digest = fc.constantFrom('a', 'b', 'c');
  const situation = fc.record(
    {
      wanted: digest,
      owner: fc.constantFrom('configdb' as const, 'setup' as const),
      found: fc.oneof(fc.constant(absent), digest.map(there), digest.map(untagged)),
      known: fc.record({ there: fc.constant(true as const), wrote: fc.uniqueArray(digest) }, { requiredKeys: ['wrote'] }),
    },
    { requiredKeys: ['owner', 'found'] },
  );

  test('is never to change or remove what the command did not write, and never without the tag that was read', () => {
    fc.assert(
      fc.property(situation, fc.record({ restore: fc.boolean(), prune: fc.boolean() }), (each, allowed) => {
        const decision = decide(each as Situation, allowed);
        if (decision.do !== 'update' && decision.do !== 'remove') return;
        expect(
          each.found.is === 'there' && each.known?.wrote.some((written) => each.found.is === 'there' && written === each.found.digest),
        ).toBe(true);
        expect(decision.tag).toBeDefined();
        expect(decision.tag).toBe(each.found.is === 'there' ? each.found.tag : undefined);
        if (decision.do === 'update') expect(each.owner).toBe('configdb');
        else expect([each.wanted, allowed.prune]).toEqual([undefined, true]);
      }),
      { numRuns: 500 },
    );
  });

  test('ends, undisturbed, after one run: the next has nothing to do, and knows all that there is', () => {
    fc.assert(
      fc.property(situation, (each) => {
        const options = { restore: true, prune: true };
        const { wanted, known } = each as Situation;
        const decision = decide(each as Situation, options);
        const after = knownAfter(knownBefore(known, decision, wanted), known, decision, wanted);
        const found: Found =
          decision.do === 'create' || decision.do === 'update' ? there(wanted ?? '') : decision.do === 'remove' ? absent : each.found;
        const next = decide({ owner: each.owner, found, ...(wanted === undefined ? {} : { wanted }), known: after }, options);
        if (decision.do === 'create' || decision.do === 'update' || decision.do === 'nothing') {
          expect([next, after]).toEqual([{ do: 'nothing' }, wanted === undefined ? known : { there: true, wrote: [wanted] }]);
        }
        if (decision.do === 'remove' || decision.do === 'forget') expect(after).toBeUndefined();
        if (decision.do === 'tell' || decision.do === 'refuse') expect(next).toEqual(decision);
      }),
      { numRuns: 500 },
    );
  });

  test('is told by a removal that broke off as no deletion of a person', () => {
    const before = knownBefore(wrote('old'), { do: 'remove', tag: '"old"' }, undefined);
    expect(decide({ wanted: 'old', owner: 'configdb', found: absent, known: before }, none)).toEqual({ do: 'create' });
  });
});

test('a digest is the same whatever the order of keys, and another one for every other value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
      const turned = JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
        typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).reverse()) : inner,
      );
      expect(digestOf(turned)).toBe(digestOf(JSON.parse(JSON.stringify(value))));
      const same = digestOf(JSON.parse(JSON.stringify(value))) === digestOf(JSON.parse(JSON.stringify(other)));
      expect(same).toBe(isDeepStrictEqual(JSON.parse(JSON.stringify(value)), JSON.parse(JSON.stringify(other))));
    }),
    { numRuns: 200 },
  );
});
