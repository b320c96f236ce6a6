import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SecretRecipients } from '../../infra/model/delivery';
import type { SecretRequirement } from '../../infra/model/secret-requirement';
import { secretPath } from '../../stacks/flux/tree';
import type { ManifestSet } from '../../stacks/manifest/manifest-set';
import type { PlantAuthority } from '../../stacks/secrets/authority';
import { AUTHORITY_PATH } from '../../stacks/secrets/authority-file';
import { type ClearSecret, certificateSecret, loginSecret, passwordSecret, passwordsSecret, takesLogin } from '../../stacks/secrets/fill';
import { planSecrets } from '../../stacks/secrets/plan';
import { restartCommands } from '../../stacks/secrets/restarts';
import { UserError } from '../user-error';
import { authorityForRun, authorityNews, lookAtAuthority } from './authority-run';
import { writeEncrypted } from './encrypted-file';
import type { GivenLogins } from './given';
import type { SecretsReport, Told, Unfilled } from './report';
import type { Sops } from './sops';
import { readTreeSecrets } from './tree-secrets';

/** What {@link fillSecrets} takes. */
export interface FillSecretsOptions {
  readonly cluster: { readonly name: string; readonly secrets?: SecretRecipients };
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
 * Makes the Secrets that a cluster requires and its tree lacks, each encrypted to the cluster and its owners, and with `renew` those that
 * are due. Without it no existing file is changed. The authority is written before anything that it signs.
 *
 * @throws UserError; what was written until then is whole, and another run goes on from there
 */
export async function fillSecrets(options: FillSecretsOptions): Promise<SecretsReport> {
  const { cluster, manifests, sops, given = new Map(), renew = false, now } = options;
  const folder = join(resolve(options.treeFolder), cluster.name);
  const configFile = join(folder, '.sops.yaml');
  const keys = await recipientsOf(cluster, configFile);
  const write = (path: string, document: object, recipients: readonly string[], replace: boolean) =>
    writeEncrypted(sops, configFile, { path: join(folder, path), document, recipients, replace });

  const requirements = manifests.secrets.filter(({ source }) => source === 'sops');
  const { places, others, clear } = await readTreeSecrets(folder, requirements);
  // An owner may keep them there all the same, encrypted like the rest.
  const givenBeforehand = new Set(manifests.secrets.filter(({ source }) => source === 'given').map(secretPath));
  const seen = await lookAtAuthority(cluster.name, folder, keys.owners);
  const plan = planSecrets({
    places,
    ...(seen ? { authority: seen.facts } : {}),
    recipients: keys.all,
    isGiven: (secret) => given.has(idOf(secret)),
    renew,
    now,
  });

  const authority = await authorityForRun({ plant: cluster.name, folder, sops, plan, places, ...(seen ? { seen } : {}), now });
  if (authority?.document) await write(AUTHORITY_PATH, authority.document, keys.owners, seen !== undefined);
  const secretOf = (secret: SecretRequirement) => clearSecret(secret, authority?.authority, given, now);
  for (const secret of plan.make) await write(secretPath(secret), secretOf(secret), keys.all, false);
  for (const { requirement } of plan.renew) await write(secretPath(requirement), secretOf(requirement), keys.all, true);

  const inTree = (path: string) => `${cluster.name}/${path}`;
  const told = (list: readonly { requirement: SecretRequirement; reason: string }[]): Told[] =>
    list.map(({ requirement, reason }) => ({ path: inTree(secretPath(requirement)), text: reason }));
  return {
    plant: cluster.name,
    made: [...(authority?.document && !seen ? [AUTHORITY_PATH] : []), ...plan.make.map(secretPath)].map(inTree),
    renewed: told(plan.renew),
    kept: plan.keep.map((secret) => inTree(secretPath(secret))),
    due: told(plan.due),
    wrong: [
      ...(seen?.wrong && !authority?.document ? [{ path: inTree(AUTHORITY_PATH), text: seen.wrong }] : []),
      ...told(plan.wrong),
      ...clear.map((path) => ({ path: inTree(path), text: 'holds a Secret in clear: encrypt it, and change what it held' })),
    ],
    unfilled: plan.unfilled.map((secret) => unfilled(secret, inTree(secretPath(secret)))),
    notRequired: others.filter((path) => !givenBeforehand.has(path)).map(inTree),
    ...authorityNews(plan, authority?.facts ?? seen?.facts, now),
    restarts: restartCommands(manifests.entries, new Set(plan.renew.map(({ requirement }) => idOf(requirement)))),
  };
}

/** To whom each file of the cluster is encrypted. */
async function recipientsOf(
  { name, secrets }: FillSecretsOptions['cluster'],
  configFile: string,
): Promise<{ all: string[]; owners: readonly string[] }> {
  if (!secrets) throw new UserError(`${name} names no keys for its secrets: state its secrets, or deliver them with pulumi up`);
  await access(configFile).catch(() => {
    throw new UserError(`${configFile} is missing: run millwright synth ${name} with the same --out first`);
  });
  return { all: [secrets.clusterKey, ...secrets.ownerKeys], owners: secrets.ownerKeys };
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
