import fc from 'fast-check';
import { DAY } from '../../../stacks/secrets/authority';
import type { ExistingSecret } from '../../../stacks/secrets/existing';
import { requestText } from '../../../stacks/secrets/marks';
import { type Place, type PlanInput, planSecrets, RENEW_BELOW } from '../../../stacks/secrets/plan';
import { sopsKeeping } from '../../../stacks/secrets/sops-keeping';
import type { AuthorityFacts } from '../../../stacks/secrets/succession';
import { BROKER, CENTRAL, PASSWORD, PRESS, REGISTRY } from './requirements';

const NOW = new Date('2027-01-01T00:00:00Z');
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY);
const RECIPIENTS = ['age1cluster', 'age1owner'];
const KEEPING = sopsKeeping(RECIPIENTS);
const AUTHORITY: AuthorityFacts = { signing: { id: 'one', notAfter: inDays(3000) }, former: [] };
const login: ExistingSecret = { managed: true, recipients: RECIPIENTS };

function certificate(differs: Partial<NonNullable<ExistingSecret['certificate']>> = {}): ExistingSecret {
  const request = requestText(PRESS.content as never);
  return { ...login, certificate: { request, notAfter: inDays(700), signedBy: 'one', trusts: ['one'], ...differs } };
}

const plan = (places: readonly Place[], differs: Partial<PlanInput> = {}) =>
  planSecrets({ places, authority: AUTHORITY, keeping: KEEPING, isGiven: () => false, renew: false, now: NOW, ...differs });

test('what is missing is made, but for what nobody gave', () => {
  const places = [PRESS, CENTRAL, REGISTRY].map((requirement) => ({ requirement }));
  const isGiven = (secret: typeof PRESS) => secret === REGISTRY;
  expect(planSecrets({ places, keeping: KEEPING, isGiven, renew: false, now: NOW })).toEqual({
    make: [PRESS, REGISTRY],
    renew: [],
    keep: [],
    unfilled: [CENTRAL],
    due: [],
    wrong: [],
    signs: true,
    change: 'anew',
  });
});

test('a password that is missing is made without anybody giving it or any authority, and one that is there stays', () => {
  const places = [{ requirement: PASSWORD }];
  expect(planSecrets({ places, keeping: KEEPING, isGiven: () => false, renew: false, now: NOW })).toMatchObject({
    make: [PASSWORD],
    unfilled: [],
    signs: false,
    change: 'none',
  });
  expect(plan([{ requirement: PASSWORD, existing: login }], { renew: true })).toMatchObject({ make: [], renew: [], keep: [PASSWORD] });
});

test('no authority is made for logins alone', () => {
  expect(planSecrets({ places: [{ requirement: CENTRAL }], keeping: KEEPING, isGiven: () => true, renew: true, now: NOW })).toMatchObject({
    make: [CENTRAL],
    signs: false,
    change: 'none',
  });
});

test('what is there and sound is kept, with and without renewal', () => {
  for (const renew of [false, true]) {
    const kept = plan(
      [
        { requirement: PRESS, existing: certificate() },
        { requirement: CENTRAL, existing: login },
      ],
      { renew },
    );
    expect(kept).toEqual({ make: [], renew: [], keep: [PRESS, CENTRAL], unfilled: [], due: [], wrong: [], signs: false, change: 'none' });
  }
});

test.each<[string, ExistingSecret, string]>([
  ['with less than a third of its life left', certificate({ notAfter: inDays(243) }), 'ends on 2027-09-01, in 243 days'],
  ['that has ended', certificate({ notAfter: NOW }), 'ended on 2027-01-01'],
  ['that the estate no longer asks for', certificate({ request: 'CN=press-1; client, server' }), 'is not for what the estate asks for now'],
  ['of another authority', certificate({ signedBy: 'zero' }), 'is not signed by the authority that signs now'],
  ['that does not trust the authority', certificate({ trusts: [] }), 'does not trust all of the authority'],
  ['that does not say what it is', login, 'does not say what its certificate is'],
])('a certificate %s is told, and made again when renewal is asked for', (_, existing, reason) => {
  const places = [{ requirement: PRESS, existing }];
  expect(plan(places)).toMatchObject({ keep: [PRESS], due: [{ requirement: PRESS, reason }], renew: [], signs: false });
  expect(plan(places, { renew: true })).toMatchObject({ keep: [], due: [], renew: [{ requirement: PRESS, reason }], signs: true });
});

test('the third of a life is counted to the moment', () => {
  const at = (notAfter: Date) => plan([{ requirement: PRESS, existing: certificate({ notAfter }) }]).due.length;
  expect(at(new Date(NOW.getTime() + RENEW_BELOW))).toBe(0);
  expect(at(new Date(NOW.getTime() + RENEW_BELOW - 1))).toBe(1);
});

test('a certificate that somebody else put there is never renewed', () => {
  const existing = { ...certificate({ notAfter: NOW, signedBy: 'else' }), managed: false };
  expect(plan([{ requirement: PRESS, existing }], { renew: true })).toMatchObject({ keep: [PRESS], renew: [], due: [], wrong: [] });
});

test('a login that is given anew replaces what millwright made when renewal is asked for, and nothing else', () => {
  const given = { isGiven: () => true };
  expect(plan([{ requirement: CENTRAL, existing: login }], given)).toMatchObject({ keep: [CENTRAL], due: [{ reason: 'was given anew' }] });
  expect(plan([{ requirement: CENTRAL, existing: login }], { ...given, renew: true })).toMatchObject({
    renew: [{ reason: 'was given anew' }],
  });
  const byHand = [{ requirement: CENTRAL, existing: { ...login, managed: false } }];
  expect(plan(byHand, { ...given, renew: true })).toMatchObject({ keep: [CENTRAL], renew: [], wrong: [{ requirement: CENTRAL }] });
});

test('what is not the Secret, or is encrypted to others, is left to a person', () => {
  const problem = { problem: 'is not encrypted' };
  expect(plan([{ requirement: CENTRAL, existing: problem }], { renew: true, isGiven: () => true })).toMatchObject({
    keep: [CENTRAL],
    wrong: [{ requirement: CENTRAL, reason: 'is not encrypted' }],
  });
  const other = { recipients: ['age1former', 'age1owner'] };
  const places = [
    { requirement: CENTRAL, existing: { ...login, ...other } },
    { requirement: PRESS, existing: { ...certificate(), ...other } },
  ];
  expect(plan(places).wrong.map(({ requirement }) => requirement)).toEqual([CENTRAL, PRESS]);
  // A certificate can be made again, so renewal puts it right by itself.
  expect(plan(places, { renew: true })).toMatchObject({ renew: [{ requirement: PRESS }], wrong: [{ requirement: CENTRAL }] });
});

describe('succession', () => {
  const next = { id: 'two', notAfter: inDays(3600) };
  const old: AuthorityFacts = { signing: { id: 'one', notAfter: inDays(1000) }, former: [] };
  const places = (trusts: string[]) => [
    { requirement: PRESS, existing: certificate({ trusts }) },
    { requirement: BROKER, existing: certificate({ trusts, request: requestText(BROKER.content as never) }) },
  ];

  test('only changes when renewal is asked for, and then renews every certificate', () => {
    expect(plan(places(['one']), { authority: old })).toMatchObject({ change: 'none', renew: [], due: [{}, {}] });
    expect(plan(places(['one']), { authority: old, renew: true })).toMatchObject({ change: 'successor', renew: [{}, {}], due: [] });
  });

  test('waits until every certificate trusts the successor: what a run left out is made up for first', () => {
    const half = [...places(['one', 'two']).slice(0, 1), ...places(['one']).slice(1)];
    const authority = { ...old, next };
    expect(plan(half, { authority, renew: true })).toMatchObject({ change: 'wait', renew: [{ requirement: BROKER }] });
    expect(plan(places(['one', 'two']), { authority, renew: true })).toMatchObject({ change: 'promote', renew: [{}, {}] });
  });

  test('after a run that broke off, the next one renews what the former authority signed', () => {
    const authority: AuthorityFacts = { signing: next, former: [old.signing] };
    expect(plan(places(['one', 'two']), { authority, renew: true })).toMatchObject({ change: 'none', renew: [{}, {}] });
  });

  test('that a predecessor has ended renews nothing', () => {
    const authority: AuthorityFacts = { signing: { id: 'one', notAfter: inDays(3000) }, former: [{ id: 'zero', notAfter: NOW }] };
    expect(plan(places(['one', 'zero']), { authority, renew: true }).renew).toEqual([]);
    expect(plan(places(['one']), { authority, renew: true }).renew).toEqual([]);
  });

  test('without an authority, what is there is told, and only renewal begins anew', () => {
    const without = { keeping: KEEPING, isGiven: () => false, now: NOW };
    expect(planSecrets({ ...without, places: places(['one']), renew: false })).toMatchObject({ change: 'none', due: [{}, {}] });
    expect(planSecrets({ ...without, places: places(['one']), renew: true })).toMatchObject({ change: 'anew', renew: [{}, {}] });
  });
});

test('each requirement is in exactly one list, and without renewal nothing that is there changes', () => {
  const existing = fc.option(
    fc.oneof(
      fc.constant({ problem: 'is not encrypted' }),
      fc.constant({ problem: 'is kept as it was', former: true as const }),
      fc.record({
        managed: fc.boolean(),
        recipients: fc.constantFrom(RECIPIENTS, ['age1else']),
        certificate: fc.record({
          request: fc.constantFrom(requestText(PRESS.content as never), 'CN=x; client'),
          notAfter: fc.integer({ min: -10, max: 800 }).map(inDays),
          signedBy: fc.constantFrom('one', 'two'),
          trusts: fc.subarray(['one', 'two']),
        }),
      }),
    ),
    { nil: undefined },
  );
  const place = fc
    .record({ requirement: fc.constantFrom(PRESS, CENTRAL, REGISTRY), existing })
    .map(({ requirement, existing }, index = 0) => ({
      requirement: { ...requirement, name: `${requirement.name}-${index}` },
      ...(existing ? { existing } : {}),
    }));
  fc.assert(
    fc.property(fc.array(place), fc.boolean(), fc.boolean(), fc.integer({ min: -10, max: 3000 }), (places, renew, given, days) => {
      const authority = { signing: { id: 'one', notAfter: inDays(days) }, former: [] };
      const { make, renew: renewed, keep, unfilled, due } = plan(places, { renew, authority, isGiven: () => given });
      const all = [...make, ...renewed.map(({ requirement }) => requirement), ...keep, ...unfilled];
      expect(all).toHaveLength(places.length);
      expect(new Set(all)).toEqual(new Set(places.map(({ requirement }) => requirement)));
      if (renew) expect(due).toEqual([]);
      else expect(renewed).toEqual([]);
    }),
  );
});
