import type { ContentOwner } from '../../infra/factory-plus/content-item';
import type { Known } from './record';

/** What is at the place of an item. */
export type Found =
  | { readonly is: 'absent' }
  | {
      readonly is: 'there';
      readonly digest: string;
      /** What a change must show, so that it changes this and nothing newer: the ETag of an entry, the id of a grant. */
      readonly tag?: string;
      /** It should have an ETag, and no strong one came. @default false */
      readonly untagged?: boolean;
    };

/**
 * What a person must know: `changed`, `deleted`: a person did that, and it stays so; `left`: it has left the estate, and is still there;
 * `kept`: likewise, and a person has changed it; `missing`, `differs`: what `service-setup` makes is not there, or is something else.
 */
export type Finding = 'changed' | 'deleted' | 'left' | 'kept' | 'missing' | 'differs';

/** What is done about an item. */
export type Decision =
  | { readonly do: 'nothing' }
  | { readonly do: 'create' }
  | { readonly do: 'update'; readonly tag: string }
  | { readonly do: 'remove'; readonly tag?: string }
  /** It is not there or not ours any more: the record forgets it. */
  | { readonly do: 'forget' }
  | { readonly do: 'tell'; readonly finding: Finding }
  /** It would be changed, and nothing can show what is changed. */
  | { readonly do: 'refuse'; readonly why: string };

/** Why nothing is changed of which the ETag did not come; acs-configdb 6.8.1 sends one with each entry. */
export const NO_TAG = 'no ETag came; is something between that changes answers?';

/** What a decision is made from. */
export interface Situation {
  /** Digest of what is wanted. @default - it has left the estate */
  readonly wanted?: string;
  readonly owner: ContentOwner;
  readonly found: Found;
  /** @default - Millwright never wrote it */
  readonly known?: Known | undefined;
  /** It gives rights to an object that is there, and that Millwright did not make: who made that may have taken the rights. @default false */
  readonly madeElsewhere?: boolean;
}

/** What the person who runs the command allows. */
export interface Allowed {
  /** Put back what a person deleted. */
  readonly restore: boolean;
  /** Remove what has left the estate, as far as nobody changed it. */
  readonly prune: boolean;
}

/**
 * Decides from three sides: what is wanted, what is there, and what Millwright last wrote. What is there and is not what it wrote is a
 * person's, and is never changed.
 */
export function decide({ wanted, owner, found, known, madeElsewhere = false }: Situation, { restore, prune }: Allowed): Decision {
  const ours = found.is === 'there' && known?.wrote.includes(found.digest) === true;
  if (wanted === undefined) {
    if (found.is === 'absent') return { do: 'forget' };
    if (!ours) return prune ? { do: 'forget' } : tell('kept');
    if (!prune) return tell('left');
    return found.untagged ? { do: 'refuse', why: NO_TAG } : { do: 'remove', ...tagOf(found) };
  }
  if (owner === 'edge' || (found.is === 'there' && found.digest === wanted)) return { do: 'nothing' };
  if (owner === 'setup') return tell(found.is === 'there' ? 'differs' : known?.there ? 'deleted' : 'missing');
  if (found.is === 'absent') return (known?.there || madeElsewhere) && !restore ? tell('deleted') : { do: 'create' };
  if (!ours) return tell('changed');
  return found.tag === undefined ? { do: 'refuse', why: NO_TAG } : { do: 'update', tag: found.tag };
}

/**
 * What is known before a decision is carried out, so that a run that breaks off has not written what nobody knows of, and has removed
 * nothing that looks as if a person had.
 */
export function knownBefore(known: Known | undefined, decision: Decision, wanted: string | undefined): Known | undefined {
  if (decision.do === 'remove') return known && { wrote: known.wrote };
  if (wanted === undefined || (decision.do !== 'create' && decision.do !== 'update')) return known;
  return { ...known, wrote: [...new Set([...(known?.wrote ?? []), wanted])] };
}

/**
 * What is known when a decision has been carried out.
 *
 * @param now what the record says now, which another run may have added to
 * @param before what this run knew when it decided
 */
export function knownAfter(
  now: Known | undefined,
  before: Known | undefined,
  decision: Decision,
  wanted: string | undefined,
): Known | undefined {
  switch (decision.do) {
    case 'create':
    case 'update':
    case 'nothing': {
      if (wanted === undefined) return now;
      if (same(now, knownBefore(before, decision, wanted))) return { there: true, wrote: [wanted] };
      // Another run was there meanwhile. What it wrote is Millwright's as well, and what it removed no person did; the next run sees which.
      if (decision.do === 'nothing' && now === undefined) return undefined;
      return { ...now, wrote: [...new Set([wanted, ...(now?.wrote ?? [])])] };
    }
    case 'remove':
    case 'forget':
      return same(now, knownBefore(before, decision, wanted)) ? undefined : now;
    case 'refuse':
      return now;
    case 'tell':
      // A right that was taken before Millwright came stays so from now on.
      if (decision.finding === 'deleted' && !now && !before && wanted !== undefined) return { there: true, wrote: [wanted] };
      // It is there, whoever's it is now: when it is gone, a person deleted it.
      return now && ['changed', 'left'].includes(decision.finding) && same(now, before) ? { ...now, there: true } : now;
  }
}

const same = (a: Known | undefined, b: Known | undefined) =>
  a?.there === b?.there && JSON.stringify(a?.wrote ?? null) === JSON.stringify(b?.wrote ?? null);

const tell = (finding: Finding): Decision => ({ do: 'tell', finding });

function tagOf(found: Found): { readonly tag?: string } {
  return found.is === 'there' && found.tag !== undefined ? { tag: found.tag } : {};
}
