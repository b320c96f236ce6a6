import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { dump, load } from 'js-yaml';
import { NoKeyError, type Sops } from '../../../cli/secrets/sops';

/** What is in a Secret and not secret: the orchestrator's user name is also its own. */
const USER_NAMES = ['username', 'username_url'];

interface Rule {
  readonly path_regex: string;
  readonly age: string;
}

/**
 * A stand-in for sops that keeps clear text in memory: it follows the rules of `.sops.yaml`, and fails when it is asked to encrypt
 * something that already lies somewhere below its folder.
 */
export class MemorySops implements Sops {
  /** Paths that it was asked to encrypt for, and files that it was asked to decrypt, in order. */
  readonly calls: string[] = [];
  /** Public keys of those private keys that are at hand. */
  keys: readonly string[] = [];
  private readonly clear = new Map<string, string>();

  constructor(private readonly folder: string) {}

  async encrypt(text: string, path: string, configFile: string): Promise<string> {
    this.calls.push(`encrypt ${relative(this.folder, path)}`);
    const document = load(text) as { stringData: Record<string, string> };
    const secrets = Object.entries(document.stringData).filter(([key]) => !USER_NAMES.includes(key));
    assertNowhere(
      this.folder,
      secrets.map(([, value]) => value),
    );
    const { creation_rules } = load(readFileSync(configFile, 'utf8')) as { creation_rules: Rule[] };
    const rule = creation_rules.find(({ path_regex }) => new RegExp(path_regex).test(path));
    if (!rule) throw new Error('no matching creation rules found');
    const mark = `ENC[${this.clear.size}]`;
    this.clear.set(mark, text);
    const values = Object.fromEntries(Object.keys(document.stringData).map((key) => [key, mark]));
    const age = rule.age.split(',').map((recipient) => ({ recipient, enc: 'x' }));
    return dump({ ...document, stringData: values, sops: { age, mac: mark } });
  }

  async decrypt(file: string): Promise<string> {
    this.calls.push(`decrypt ${relative(this.folder, file)}`);
    const { sops } = load(readFileSync(file, 'utf8')) as { sops: { age: { recipient: string }[]; mac: string } };
    if (!sops.age.some(({ recipient }) => this.keys.includes(recipient))) throw new NoKeyError('no key');
    return this.textOf(sops.mac);
  }

  /** What a file of the tree holds, whatever keys are at hand. */
  read(path: string): { stringData: Record<string, string>; metadata: { annotations: Record<string, string> } } {
    const { sops } = load(readFileSync(join(this.folder, path), 'utf8')) as { sops: { mac: string } };
    return load(this.textOf(sops.mac)) as ReturnType<MemorySops['read']>;
  }

  private textOf(mark: string): string {
    const text = this.clear.get(mark);
    if (text === undefined) throw new Error(`nothing was encrypted as ${mark}`);
    return text;
  }
}

/** Every file below a folder, by its path, with what is in it. */
export function contents(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path, 'utf8')]));
}

function assertNowhere(folder: string, secrets: readonly string[]): void {
  // Line by line, since YAML indents.
  const lines = secrets.flatMap((secret) => secret.split('\n')).filter((line) => line.length >= 8 && !line.startsWith('-----'));
  for (const [path, text] of contents(folder)) {
    if (lines.some((line) => text.includes(line))) throw new Error(`${path} holds something in clear`);
  }
}
