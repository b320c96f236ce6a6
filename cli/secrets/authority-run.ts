import { join } from 'node:path';
import { load } from 'js-yaml';
import { newAuthority, type PlantAuthority } from '../../stacks/secrets/authority';
import { AUTHORITY_PATH, authorityDocument, readAuthority, readAuthorityFacts } from '../../stacks/secrets/authority-file';

import { dateText, isCertificate, type Place, type SecretPlan } from '../../stacks/secrets/plan';
import { encryptionOf, sameRecipients } from '../../stacks/secrets/sops-keeping';
import { type AuthorityChange, type AuthorityFacts, changed, dueChange, factsOf, signsFrom } from '../../stacks/secrets/succession';
import { UserError } from '../user-error';
import { readIfThere } from './encrypted-file';
import type { SecretsReport } from './report';
import { NoKeyError, type Sops } from './sops';

/** An authority's file as it lies there, seen without any key. */
export interface SeenAuthority {
  readonly facts: AuthorityFacts;
  /** age public keys to which it is encrypted. */
  readonly recipients: readonly string[];
  /** What a person must see to: the end of a sentence about the file. */
  readonly wrong?: string;
}

/** Looks at a cluster's authority; undefined when there is none. Throws UserError when it cannot be one. */
export async function lookAtAuthority(plant: string, folder: string, ownerKeys: readonly string[]): Promise<SeenAuthority | undefined> {
  const path = join(folder, AUTHORITY_PATH);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const facts = told(path, () => readAuthorityFacts(plant, text));
  const encryption = encryptionOf(load(text) as Record<string, unknown>);
  if ('problem' in encryption) {
    throw new UserError(
      `${path} ${encryption.problem}: whoever has seen it can sign; remove it and run with --renew, which makes a new one`,
    );
  }
  const { recipients } = encryption;
  const wrong = sameRecipients(recipients, ownerKeys)
    ? {}
    : { wrong: 'is not encrypted to just the owner keys: run sops updatekeys on it' };
  return { facts, recipients, ...wrong };
}

/** What {@link authorityForRun} takes. */
export interface AuthorityRun {
  readonly plant: string;
  /** Folder of the cluster. */
  readonly folder: string;
  readonly sops: Sops;
  readonly plan: SecretPlan;
  readonly places: readonly Place[];
  /** @default - the plant has no authority yet */
  readonly seen?: SeenAuthority;
  readonly now: Date;
}

/** The authority that signs in this run, opened; undefined when nothing is signed and nothing becomes of it. */
export async function authorityForRun(
  run: AuthorityRun,
): Promise<{ authority: PlantAuthority; facts: AuthorityFacts; document?: object } | undefined> {
  const { plant, folder, plan, places, seen, now } = run;
  const changes = plan.change !== 'none' && plan.change !== 'wait';
  if (!plan.signs && !changes) return undefined;
  const path = join(folder, AUTHORITY_PATH);
  const orphans = places.some(
    ({ requirement, existing }) => isCertificate(requirement) && existing && !('problem' in existing) && existing.managed,
  );
  if (!seen && orphans && plan.renew.length === 0) {
    throw new UserError(`${path} is missing, and it signed what is there: bring it back from Git, or run with --renew to begin anew`);
  }
  if (seen && !changes && seen.facts.signing.notAfter <= now) {
    throw new UserError(`the authority of ${plant} ended on ${dateText(seen.facts.signing.notAfter)}: run with --renew`);
  }
  // Who begins anew needs nothing of the former authority: its key may be lost.
  const before = plan.change === 'anew' ? newAuthority(plant, now) : await opened(run, path);
  const authority = plan.change === 'anew' ? before : changed(before, plan.change, now);
  return { authority, facts: factsOf(authority), ...(changes ? { document: authorityDocument(authority) } : {}) };
}

async function opened({ plant, sops, seen }: AuthorityRun, path: string): Promise<PlantAuthority> {
  const text = await sops.decrypt(path).catch((error: unknown) => {
    if (!(error instanceof NoKeyError)) throw error;
    throw new UserError(
      `${path} cannot be opened, and it is needed to sign: one of its owners runs this with SOPS_AGE_KEY_FILE=FILE, where FILE holds the private key of ${seen?.recipients.join(' or ')}`,
    );
  });
  return told(path, () => readAuthority(plant, text));
}

/** What to tell about the authority after a run. */
export function authorityNews(
  { change, renew }: SecretPlan,
  facts: AuthorityFacts | undefined,
  now: Date,
): Pick<SecretsReport, 'authority' | 'authorityEnds'> {
  if (!facts) return {};
  const authority = newsText(change, facts, renew.length > 0, now);
  return { authorityEnds: facts.signing.notAfter, ...(authority ? { authority } : {}) };
}

function newsText(change: AuthorityChange, facts: AuthorityFacts, renewed: boolean, now: Date): string | undefined {
  const next = facts.next && `it signs on the first run with --renew from ${dateText(signsFrom(facts.next))}, when all has been restarted`;
  if (change === 'anew') return renewed ? 'is a new one: what trusts the former only fails until it is restarted' : undefined;
  if (change === 'successor') return `has a successor, which is trusted from now on; ${next}`;
  if (change === 'promote') return 'was succeeded: its successor signs, and it stays trusted until it ends';
  if (next) return `has a successor; ${next}`;
  const due = dueChange(facts, false, now);
  if (due === 'anew') return 'has ended: run with --renew, which makes a new one';
  return due === 'successor' ? 'has less than three years left: run with --renew, which makes a successor' : undefined;
}

/** An error about a file, told with its path. */
function told<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UserError(`${path} cannot be used: ${(error as Error).message}`);
  }
}
