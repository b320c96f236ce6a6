import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoKeyError, sopsProgram } from '../../../cli/secrets/sops';
import { UserError } from '../../../cli/user-error';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-sops-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A program that runs JavaScript in the place of sops; the real one is run by the tests of the cluster. */
function program(script: string): string {
  const file = join(folder, `program-${Math.random()}`);
  writeFileSync(file, `#!${process.execPath}\n${script}\n`);
  chmodSync(file, 0o700);
  return file;
}

test('a program that is not there is told, with what it is for and how to name it', async () => {
  const sops = sopsProgram(join(folder, 'none'));
  await expect(sops.encrypt('a: b', join(folder, 'a.yaml'), join(folder, '.sops.yaml'))).rejects.toThrow(UserError);
  await expect(sops.decrypt(join(folder, 'a.yaml'))).rejects.toThrow(
    /none is not there: millwright encrypts Secrets with sops 3\.10 or newer .*; put it on PATH, or name it with --sops PATH$/,
  );
});

test('clear text goes through a pipe, and no variable stands in for the rules', async () => {
  const sops = sopsProgram(
    program(`let text = '';
      process.stdin.on('data', (chunk) => { text += chunk; });
      process.stdin.on('end', () => console.log(JSON.stringify({ text, args: process.argv.slice(2), key: process.env.SOPS_AGE_RECIPIENTS })));`),
  );
  process.env.SOPS_AGE_RECIPIENTS = 'age1somebody';
  try {
    const seen = JSON.parse(await sops.encrypt('a: ü', '/t/secrets/n/a.yaml', join(folder, '.sops.yaml'))) as Record<string, unknown>;
    expect(seen).toEqual({
      text: 'a: ü',
      args: [
        ...['--config', join(folder, '.sops.yaml'), 'encrypt', '--filename-override', '/t/secrets/n/a.yaml'],
        ...['--input-type', 'yaml', '--output-type', 'yaml'],
      ],
    });
  } finally {
    delete process.env.SOPS_AGE_RECIPIENTS;
  }
});

test('what the program has to say is told, shortened', async () => {
  const sops = sopsProgram(program("console.error('no matching creation rules found\\nand more'); process.exit(1);"));
  await expect(sops.encrypt('a: b'.repeat(100_000), join(folder, 'a.yaml'), join(folder, '.sops.yaml'))).rejects.toThrow(
    /cannot encrypt .*a\.yaml by the rules of .*: no matching creation rules found$/,
  );
  await expect(sops.decrypt(join(folder, 'a.yaml'))).rejects.toThrow(UserError);
});

test('that no key opens a file is told from other failures', async () => {
  await expect(sopsProgram(program('process.exit(128)')).decrypt(join(folder, 'a.yaml'))).rejects.toThrow(NoKeyError);
});
