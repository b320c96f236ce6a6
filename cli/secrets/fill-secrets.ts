import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { areSealed, type EdgeSecrets } from '../../infra/model/delivery';
import { liesInTree, type SecretRequirement } from '../../infra/model/secret-requirement';
import { sealingCertificates } from '../../infra/sealed-secrets/certificate';
import { secretPath } from '../../stacks/flux/tree';
import type { ManifestSet } from '../../stacks/manifest/manifest-set';
import type { PlantAuthority } from '../../stacks/secrets/authority';
import { AUTHORITY_PATH } from '../../stacks/secrets/authority-file';
import { type ClearSecret, certificateSecret, loginSecret, passwordSecret, passwordsSecret, takesLogin } from '../../stacks/secrets/fill';
import { keepingOf } from '../../stacks/secrets/keeping';
import { dateText, planSecrets } from '../../stacks/secrets/plan';
import { restartCommands } from '../../stacks/secrets/restarts';
import { UserError } from '../user-error';
import { authorityForRun, authorityNews, lookAtAuthority } from './authority-run';
import { openSecret } from './carried-over';
import { writeEncrypted, writeSealed } from './encrypted-file';
import type { GivenLogins } from './given';
import type { SecretsReport, Told, Unfilled } from './report';
import type { Sops } from './sops';
import { readTreeSecrets } from './tree-secrets';

/** What {@link fillSecrets} takes. */
export interface FillSecretsOptions {
  readonly cluster: { readonly name: string; readonly secrets?: EdgeSecrets };
  /** The cluster's objects: the Secrets that they need, and the workloads that read them. */
  readonly manifests: ManifestSet;
  /** Folder that holds the rendered folder of each cluster: what `--out` names. */
  readonly treeFolder: string;
  readonly sops: Sops;
  /** From `readGiven`. @default - none */
  readonly given?: GivenLogins;
  /** Whether to write again what is near its end, or no longer fits. @default false */
  readonly renew?: boolean;
  readonly now: Date;
}

/**
 * Makes the Secrets that a cluster requires and its tree lacks, each encrypted to the cluster and its owners, or sealed for the cluster, and
 * with `renew` those that are due. Without it no existing file is changed. The authority is written before anything that it signs.
 *
 * @throws UserError; what was written until then is whole, and another run goes on from there
 */
export async function fillSecrets(options: FillSecretsOptions): Promise<SecretsReport> {
  const { cluster, manifests, sops, given = new Map(), renew = false, now } = options;
  const folder = join(resolve(options.treeFolder), cluster.name);
  const configFile = join(folder, '.sops.yaml');
  const secrets = await secretsOf(cluster, configFile);
  const { ownerKeys } = secrets;
  const keeping = keepingOf(secrets);

  const requirements = manifests.secrets.filter(liesInTree);
  const { places, others, misplaced } = await readTreeSecrets(folder, requirements, keeping);
  // An owner may keep them there all the same, encrypted like the rest.
  const givenBeforehand = new Set(manifests.secrets.filter(({ source }) => source === 'given').map(secretPath));
  const seen = await lookAtAuthority(cluster.name, folder, ownerKeys);
  const plan = planSecrets({
    places,
    ...(seen ? { authority: seen.facts } : {}),
    keeping,
    isGiven: (secret) => given.has(idOf(secret)),
    renew,
    now,
  });

  const authority = await authorityForRun({ plant: cluster.name, folder, sops, plan, places, ...(seen ? { seen } : {}), now });
  const write = writerOf(secrets, sops, configFile, now);
  if (authority?.document) {
    const path = join(folder, AUTHORITY_PATH);
    await writeEncrypted(sops, configFile, { path, document: authority.document, recipients: ownerKeys, replace: seen !== undefined });
  }
  const secretOf = (secret: SecretRequirement) => clearSecret(secret, authority?.authority, given, now);
  for (const secret of plan.make) await write(join(folder, secretPath(secret)), secretOf(secret), false);
  for (const { requirement, carriedOver } of plan.renew) {
    const path = join(folder, secretPath(requirement));
    await write(path, carriedOver ? await openSecret(sops, path) : secretOf(requirement), true);
  }

  const inTree = (path: string) => `${cluster.name}/${path}`;
  const told = (list: readonly { requirement: SecretRequirement; reason: string }[]): Told[] =>
    list.map(({ requirement, reason }) => ({ path: inTree(secretPath(requirement)), text: reason }));
  return {
    plant: cluster.name,
    tool: keeping.tool,
    made: [...(authority?.document && !seen ? [AUTHORITY_PATH] : []), ...plan.make.map(secretPath)].map(inTree),
    renewed: told(plan.renew),
    kept: plan.keep.map((secret) => inTree(secretPath(secret))),
    due: told(plan.due),
    wrong: [
      ...(seen?.wrong && !authority?.document ? [{ path: inTree(AUTHORITY_PATH), text: seen.wrong }] : []),
      ...told(plan.wrong),
      ...misplaced.map(({ path, text }) => ({ path: inTree(path), text })),
    ],
    unfilled: plan.unfilled.map((secret) => unfilled(secret, inTree(secretPath(secret)))),
    notRequired: others.filter((path) => !givenBeforehand.has(path)).map(inTree),
    ...authorityNews(plan, authority?.facts ?? seen?.facts, now),
    restarts: restartCommands(
      manifests.entries,
      new Set(plan.renew.filter(({ carriedOver }) => !carriedOver).map(({ requirement }) => idOf(requirement))),
    ),
  };
}

/** How the cluster's Secrets are kept; the tree must be rendered, and with it the rules of sops. */
async function secretsOf({ name, secrets }: FillSecretsOptions['cluster'], configFile: string): Promise<EdgeSecrets> {
  if (!secrets) throw new UserError(`${name} names no keys for its secrets: state its secrets, or deliver them with pulumi up`);
  await access(configFile).catch(() => {
    throw new UserError(`${configFile} is missing: run millwright synth ${name} with the same --out first`);
  });
  return secrets;
}

/** What writes a Secret to an absolute path, in the way in which the cluster keeps them. */
function writerOf(
  secrets: EdgeSecrets,
  sops: Sops,
  configFile: string,
  now: Date,
): (path: string, document: ClearSecret, replace: boolean) => Promise<void> {
  if (!areSealed(secrets)) {
    const recipients = [secrets.clusterKey, ...secrets.ownerKeys];
    return (path, document, replace) => writeEncrypted(sops, configFile, { path, document, recipients, replace });
  }
  const [certificate] = sealingCertificates(secrets.sealedWith);
  if (!certificate) throw new Error('secrets are sealed, and no certificate is stated');
  return async (path, document, replace) => {
    // As kubeseal does. The controller opens what an ended certificate sealed, but nobody should go on with it unnoticed.
    if (certificate.notAfter <= now) {
      throw new UserError(
        `nothing was written to ${path}: the sealing certificate ended on ${dateText(certificate.notAfter)}; make another pair, load it, and name its certificate first in sealedWith`,
      );
    }
    await writeSealed({ path, document, certificate, replace });
  };
}

function clearSecret(secret: SecretRequirement, authority: PlantAuthority | undefined, given: GivenLogins, now: Date): ClearSecret {
  if (secret.content.kind === 'certificate') {
    if (!authority) throw new Error('a certificate is planned, and no authority');
    return certificateSecret(secret, secret.content, authority, now);
  }
  if (secret.content.kind === 'password') return passwordSecret(secret, secret.content);
  if (secret.content.kind === 'passwords') return passwordsSecret(secret);
  const login = given.get(idOf(secret));
  if (!login) throw new Error(`${idOf(secret)} is planned, and nobody gave its value`);
  return loginSecret(secret, login);
}

function unfilled(secret: SecretRequirement, path: string): Unfilled {
  return { path, secret: idOf(secret), needs: needs(secret), takesLogin: takesLogin(secret) };
}

function needs({ content, keys }: SecretRequirement): string {
  switch (content.kind) {
    case 'login':
      return `user name and password of ${content.purpose}; its administrator gives them`;
    case 'registryLogin':
      return `user name and password for the image registry ${content.server}, of somebody who may only read there`;
    default:
      return `${keys.join(', ')}${'purpose' in content ? ` for ${content.purpose}` : ''}`;
  }
}

function idOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
