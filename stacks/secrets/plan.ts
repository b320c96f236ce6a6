import type { SecretRequirement } from '../../infra/model/secret-requirement';
import { DAY, LEAF_LIFE } from './authority';
import type { Keeping } from './encryption';
import type { ExistingSecret, NotTheSecret } from './existing';
import { requestText } from './marks';
import { type AuthorityChange, type AuthorityFacts, dueChange, trustedIds } from './succession';

/** A certificate is renewed when less than this is left: a third of its life. */
export const RENEW_BELOW = LEAF_LIFE / 3;

/** A requirement, and what is in its place: nothing, something that is not it, or the Secret. */
export interface Place {
  readonly requirement: SecretRequirement;
  readonly existing?: ExistingSecret | NotTheSecret;
}

/** A Secret to be renewed, and why: the end of a sentence about it. */
export interface Renewal {
  readonly requirement: SecretRequirement;
  readonly reason: string;
  /** Whether its values stay, and only the way in which it is kept changes. @default - it gets new values */
  readonly carriedOver?: true;
}

/** What is to be done with each Secret: each is in one of the first four lists, and those of `due` and `wrong` are among the kept. */
export interface SecretPlan {
  /** Missing, and made now. */
  readonly make: readonly SecretRequirement[];
  /** Made by Millwright, and made again now; what is kept in the way of before is carried over instead, whoever made it. */
  readonly renew: readonly Renewal[];
  /** Left as they are. */
  readonly keep: readonly SecretRequirement[];
  /** Missing, and nobody gave what they need. */
  readonly unfilled: readonly SecretRequirement[];
  /** Would be renewed if renewal were asked for. */
  readonly due: readonly Renewal[];
  /** What is in their place is not what is required: a person must look. */
  readonly wrong: readonly Renewal[];
  /** Whether a certificate is made, so that the authority's key is needed. */
  readonly signs: boolean;
  /** What happens to the authority before certificates are made. */
  readonly change: AuthorityChange;
}

/** What a plan is made from. */
export interface PlanInput {
  readonly places: readonly Place[];
  /** What stands readable in the authority's file. @default - there is no file */
  readonly authority?: AuthorityFacts;
  /** In which way Secrets are kept, and for whom. */
  readonly keeping: Keeping;
  /** Whether somebody gave the value of a Secret. */
  readonly isGiven: (requirement: SecretRequirement) => boolean;
  readonly renew: boolean;
  readonly now: Date;
}

/** Plans what to do with each required Secret: pure, and without any key. */
export function planSecrets(input: PlanInput): SecretPlan {
  const { places, authority, isGiven, now } = input;
  const change = authority ? dueChange(authority, authority.next !== undefined && isDistributed(places, authority.next.id), now) : 'anew';
  const plan = {
    make: [] as SecretRequirement[],
    renew: [] as Renewal[],
    keep: [] as SecretRequirement[],
    unfilled: [] as SecretRequirement[],
    due: [] as Renewal[],
    wrong: [] as Renewal[],
  };
  for (const { requirement, existing } of places) {
    if (!existing) {
      (isMade(requirement) || isGiven(requirement) ? plan.make : plan.unfilled).push(requirement);
      continue;
    }
    if ('problem' in existing && existing.former && input.renew) {
      plan.renew.push({ requirement, reason: 'was kept as it was before the estate said that Secrets are sealed', carriedOver: true });
      continue;
    }
    const reason = 'problem' in existing ? undefined : renewalReason(requirement, existing, change, input);
    if (reason && input.renew) plan.renew.push({ requirement, reason });
    else plan.keep.push(requirement);
    if (reason && !input.renew) plan.due.push({ requirement, reason });
    const wrong = 'problem' in existing ? existing.problem : wrongness(requirement, existing, input);
    if (wrong && !(reason && input.renew)) plan.wrong.push({ requirement, reason: wrong });
  }
  const renewed = plan.renew.filter(({ carriedOver }) => !carriedOver).map(({ requirement }) => requirement);
  const signs = [...plan.make, ...renewed].some(isCertificate);
  return { ...plan, signs, change: (authority ? input.renew : signs) ? change : 'none' };
}

/** Whether a requirement is filled with a certificate. */
export function isCertificate({ content }: SecretRequirement): boolean {
  return content.kind === 'certificate';
}

/** Whether a requirement is filled without anybody giving anything. */
function isMade(requirement: SecretRequirement): boolean {
  return isCertificate(requirement) || requirement.content.kind === 'password' || requirement.content.kind === 'passwords';
}

/** Whether every certificate that Millwright made trusts the successor. */
function isDistributed(places: readonly Place[], successor: string): boolean {
  return places.every(({ existing }) => {
    if (existing && 'problem' in existing) return !existing.former;
    if (!existing?.managed || !existing.certificate) return true;
    return existing.certificate.trusts.includes(successor);
  });
}

/** Why a Secret should be made again; undefined when it need not, or when Millwright did not make it. */
function renewalReason(
  requirement: SecretRequirement,
  existing: ExistingSecret,
  change: AuthorityChange,
  { authority, isGiven, keeping, renew, now }: PlanInput,
): string | undefined {
  if (!existing.managed) return undefined;
  if (requirement.content.kind !== 'certificate') return isGiven(requirement) ? 'was given anew' : undefined;
  const { certificate } = existing;
  if (!certificate) return 'does not say what its certificate is';
  if (certificate.request !== requestText(requirement.content)) return 'is not for what the estate asks for now';
  if (!authority) return 'is signed by an authority whose file is not there';
  if (change === 'anew') return 'is signed by an authority that has ended';
  if (change === 'promote') return "is to be signed by the authority's successor";
  if (change === 'successor') return "is to trust the authority's successor";
  if (certificate.signedBy !== authority.signing.id) return 'is not signed by the authority that signs now';
  if (!trustedIds(authority, now).every((id) => certificate.trusts.includes(id))) return 'does not trust all of the authority';
  const others = keeping.otherRecipients(existing.recipients);
  if (others && (renew || others.opens)) return others.reason;
  const left = certificate.notAfter.getTime() - now.getTime();
  if (left <= 0) return `ended on ${dateText(certificate.notAfter)}`;
  return left < RENEW_BELOW ? `ends on ${dateText(certificate.notAfter)}, in ${Math.floor(left / DAY)} days` : undefined;
}

/** What a person must see to, since a run changes nothing about it. */
function wrongness(requirement: SecretRequirement, existing: ExistingSecret, { isGiven, keeping }: PlanInput): string | undefined {
  const others = keeping.otherRecipients(existing.recipients);
  if (others && !others.opens) return others.reason;
  if (existing.managed || !isGiven(requirement)) return undefined;
  return 'was not made by millwright, which will not put what was given in its place: remove the file first';
}

/** `2028-11-21`. */
export function dateText(date: Date): string {
  return date.toISOString().slice(0, 10);
}
