import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import type { SealingCertificate } from '../../infra/sealed-secrets/certificate';
import { yamlText } from '../../stacks/flux/yaml';
import type { ClearSecret } from '../../stacks/secrets/fill';
import { sealedSecret } from '../../stacks/secrets/seal';
import { encryptionOf, sameRecipients } from '../../stacks/secrets/sops-keeping';
import { UserError } from '../user-error';
import type { Sops } from './sops';

/** A file to be encrypted and written. */
export interface FileToEncrypt {
  /** Absolute path. */
  readonly path: string;
  /** What it holds, in clear: only `stringData` is secret. */
  readonly document: object;
  /** age public keys that it must be encrypted to, and to no others. */
  readonly recipients: readonly string[];
  /** Whether the file may exist, and is replaced then. */
  readonly replace: boolean;
}

/**
 * Encrypts a file by the rules of a tree and writes it whole or not at all. Nothing is written unless every value is encrypted, to just
 * the recipients that the estate names: rules that are out of date must not hand the authority to a node.
 *
 * @param configFile absolute path of the tree's `.sops.yaml`
 * @throws UserError
 */
export async function writeEncrypted(sops: Sops, configFile: string, file: FileToEncrypt): Promise<void> {
  const text = await sops.encrypt(yamlText(file.document), file.path, configFile);
  const name = relative(dirname(dirname(configFile)), file.path);
  const encrypted = load(text) as Record<string, unknown>;
  const encryption = encryptionOf(encrypted);
  const wrong = (what: string) =>
    new UserError(
      `nothing was written to ${name}: by the rules of ${configFile} it ${what}; run millwright synth, which renders the rules`,
    );
  if ('problem' in encryption) throw wrong(encryption.problem);
  if (!sameRecipients(encryption.recipients, file.recipients)) throw wrong('would be encrypted to other keys than the estate names');
  const readable = (document: object) => ({ ...document, stringData: undefined, sops: undefined });
  if (!isDeepStrictEqual(readable(encrypted), readable(file.document))) throw wrong('would not stay readable where it must');
  await writeWhole(file.path, text, file.replace);
}

/** A Secret to be sealed and written. */
export interface FileToSeal {
  /** Absolute path. */
  readonly path: string;
  readonly document: ClearSecret;
  /** Certificate of the key that opens it. */
  readonly certificate: SealingCertificate;
  /** Whether the file may exist, and is replaced then. */
  readonly replace: boolean;
}

/**
 * Seals a Secret and writes it whole or not at all.
 *
 * @throws UserError
 */
export async function writeSealed({ path, document, certificate, replace }: FileToSeal): Promise<void> {
  await writeWhole(path, yamlText(sealedSecret(document, certificate)), replace);
}

/** Reads a file; undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Throws UserError when the file cannot be written. */
async function writeWhole(path: string, text: string, replace: boolean): Promise<void> {
  await writeOrFail(path, text, replace).catch((error: NodeJS.ErrnoException) => {
    throw error.code === undefined ? error : new UserError(`${path} cannot be written: ${error.code}`);
  });
}

async function writeOrFail(path: string, text: string, replace: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    await (replace ? rename(temporary, path) : linkNew(temporary, path));
  } finally {
    await handle.close().catch(() => {});
    await rm(temporary, { force: true });
  }
}

/** Like a rename that refuses to replace: what another run made in the meantime stays. */
async function linkNew(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new UserError(`${path} has appeared during the run, and is left as it is: run it again`);
    // Some file systems, of memory sticks above all, have no links.
    await rename(temporary, path);
  }
}
