import { AUTHORITY_LIFE, authorityCertificate, certificateId, DAY, newAuthority, notAfterOf, type PlantAuthority } from './authority';

/** An authority with less than three years left gets a successor: then each certificate can still hold its two years. */
export const SUCCESSOR_BELOW = 3 * 365 * DAY;

/** How long a successor is trusted before it signs, so that pods can have been restarted in between. */
export const DISTRIBUTION_TIME = 7 * DAY;

/** A certificate of an authority, as everybody may know it. */
export interface AuthorityMember {
  readonly id: string;
  readonly notAfter: Date;
}

/** What stands readable in the authority's file: enough to see what is due without any key. */
export interface AuthorityFacts {
  readonly signing: AuthorityMember;
  readonly next?: AuthorityMember;
  readonly former: readonly AuthorityMember[];
}

/**
 * What is due: `successor`: make one and let the plant trust it. `promote`: the successor signs from now on. `anew`: nobody can sign
 * any more. `wait`: a successor is there, and it is too early, or not every Secret has it yet. `none`: nothing.
 */
export type AuthorityChange = 'none' | 'successor' | 'wait' | 'promote' | 'anew';

/** What everybody may know of an authority. */
export function factsOf({ signing, next, former }: PlantAuthority): AuthorityFacts {
  const member = (certificate: string): AuthorityMember => ({ id: certificateId(certificate), notAfter: notAfterOf(certificate) });
  return {
    signing: member(signing.certificate),
    ...(next ? { next: member(next.certificate) } : {}),
    former: former.map(member),
  };
}

/** Ids of all that the plant must trust at the moment. */
export function trustedIds({ signing, next, former }: AuthorityFacts, now: Date): string[] {
  return [signing, ...(next ? [next] : []), ...former].filter(({ notAfter }) => notAfter > now).map(({ id }) => id);
}

/** From when a successor may sign. It is made once and never dated otherwise, so its end tells its beginning. */
export function signsFrom(next: AuthorityMember): Date {
  return new Date(next.notAfter.getTime() - AUTHORITY_LIFE + DISTRIBUTION_TIME);
}

/**
 * Decides what is due.
 *
 * @param distributed whether every certificate's Secret trusts the successor
 */
export function dueChange(facts: AuthorityFacts, distributed: boolean, now: Date): AuthorityChange {
  const ended = facts.signing.notAfter <= now;
  if (facts.next) {
    if (facts.next.notAfter <= now) return 'anew';
    return ended || (distributed && signsFrom(facts.next) <= now) ? 'promote' : 'wait';
  }
  if (ended) return 'anew';
  return facts.signing.notAfter.getTime() - now.getTime() < SUCCESSOR_BELOW ? 'successor' : 'none';
}

/** Makes a change; predecessors that have ended are forgotten on the way. */
export function changed(authority: PlantAuthority, change: AuthorityChange, now: Date): PlantAuthority {
  const { plant, signing, next } = authority;
  const former = authority.former.filter((certificate) => notAfterOf(certificate) > now);
  switch (change) {
    case 'successor':
      return { plant, signing, next: authorityCertificate(plant, now), former };
    case 'promote':
      if (!next) throw new Error(`the authority of ${plant} has no successor`);
      return { plant, signing: next, former: [signing.certificate, ...former].filter((certificate) => notAfterOf(certificate) > now) };
    case 'anew':
      return newAuthority(plant, now);
    default:
      return authority;
  }
}
