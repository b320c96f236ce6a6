import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { DATABASE_SCRIPT } from '../../infra/keycloak/database';
import { toJaas } from '../../infra/keycloak/jaas';
import { type ProcessGroup, processGroup } from '../support/process-group';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { run } from './support/debian-pod';

const execute = promisify(execFile);
let workDir: WorkDir;
let group: ProcessGroup;

beforeAll(async () => {
  workDir = await makeWorkDir();
  group = processGroup(workDir.path);
});
afterAll(async () => {
  await group?.stop();
  await workDir?.remove();
});

/** Prints each option of the entry `pgjdbc` of a login configuration in hexadecimal, or what Java says of the file. */
const READER = `
import java.io.File;
import java.security.URIParameter;
import java.util.HexFormat;
import javax.security.auth.login.Configuration;

public class Reader {
  public static void main(String[] files) throws Exception {
    for (String file : files) {
      try {
        var entries = Configuration.getInstance("JavaLoginConfig", new URIParameter(new File(file).toURI())).getAppConfigurationEntry("pgjdbc");
        var text = entries.length + " " + entries[0].getLoginModuleName() + " " + entries[0].getControlFlag();
        for (var option : new java.util.TreeMap<String, Object>(entries[0].getOptions()).entrySet())
          text += " " + option.getKey() + "=" + HexFormat.of().formatHex(option.getValue().toString().getBytes("UTF-8"));
        System.out.println(text);
      } catch (Exception error) {
        System.out.println("refused: " + error.getMessage());
      }
    }
  }
}
`;

test('Java reads of a login configuration just the options that were meant', async () => {
  const texts = [
    'sv1openid@FACTORY.EXAMPLE.COM',
    '',
    ' ',
    ...fc.sample(fc.string({ maxLength: 30 }), { numRuns: 3_000, seed: 20_261_122 }),
  ].filter((text) => {
    try {
      toJaas({ pgjdbc: [{ module: 'm', flag: 'required', options: { o: text } }] });
      return true;
    } catch {
      return false;
    }
  });
  expect(texts.length).toBeGreaterThan(1_000);
  const folder = join(workDir.path, 'jaas');
  mkdirSync(folder);
  writeFileSync(join(folder, 'Reader.java'), READER);
  const files = texts.map((text, index) => {
    const file = join(folder, `${index}`);
    writeFileSync(file, toJaas({ pgjdbc: [{ module: 'a.b.C', flag: 'required', options: { principal: text, storeKey: true } }] }));
    return file;
  });
  const { stdout } = await execute('java', [join(folder, 'Reader.java'), ...files], { maxBuffer: 64 * 1024 ** 2 });
  const hex = (text: string) => Buffer.from(text).toString('hex');
  expect(stdout.split('\n').slice(0, -1)).toEqual(
    texts.map((text) => `1 a.b.C LoginModuleControlFlag: required principal=${hex(text)} storeKey=${hex('true')}`),
  );
  console.log(`${texts.length} texts read by Java as they were meant`);
}, 60_000);

test('the database of the identity provider is made once, for its role alone, by an administrator that is no superuser', async () => {
  const [version = ''] = readdirSync('/usr/lib/postgresql').sort().reverse();
  const bin = join('/usr/lib/postgresql', version, 'bin');
  const folder = join(workDir.path, 'postgres');
  mkdirSync(folder);
  const { stdout } = await execute('/usr/bin/id', ['-u', 'postgres']);
  const user = Number(stdout);
  chmodSync(workDir.path, 0o755);
  chownSync(folder, user, user);
  const as = (program: string, args: readonly string[]) => ({
    program: '/usr/bin/setpriv',
    args: ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--', join(bin, program), ...args],
  });
  const made = as('initdb', [`--pgdata=${folder}/data`, '--auth=trust', '--username=first', '--no-locale', '--no-sync']);
  expect(await run(made.program, made.args, {})).toMatchObject({ code: 0 });
  // On a socket in its own folder, and on no port.
  const server = group.start({
    name: 'postgres',
    ...as('postgres', ['-D', `${folder}/data`, '-c', 'listen_addresses=', '-c', `unix_socket_directories=${folder}`]),
  });
  const psql = (role: string, database: string, args: readonly string[], env: Record<string, string> = {}) =>
    run(join(bin, 'psql'), ['-X', '-q', '-A', '-t', '-h', folder, '-U', role, '-d', database, ...args], env);
  await server.ready(async () => {
    const { code, said } = await psql('first', 'postgres', ['-c', 'select 1']);
    if (code !== 0) throw new Error(said);
  }, 20_000);
  const script = join(workDir.path, 'database.sql');
  writeFileSync(script, DATABASE_SCRIPT);
  expect((await psql('first', 'postgres', ['-c', 'create role op1pgadmin login createdb createrole; create role other login'])).said).toBe(
    '',
  );

  for (const [database, role] of [
    ['keycloak', 'sv1openid'],
    ['na"me', 'ro"le; drop table x'],
  ] as const) {
    for (let time = 0; time < 2; time++) {
      expect(await psql('op1pgadmin', 'postgres', ['-f', script], { SRV_DATABASE: database, SRV_USER: role })).toEqual({
        code: 0,
        said: '',
      });
    }
    const owner = `select pg_get_userbyid(datdba) from pg_database where datname = $$${database}$$`;
    expect((await psql('first', 'postgres', ['-c', owner])).said.trim()).toBe(role);
  }
  expect((await psql('sv1openid', 'keycloak', ['-c', 'create table realm (id int); insert into realm values (1)'])).said).toBe('');
  // Made again, it keeps what is in it.
  expect((await psql('op1pgadmin', 'postgres', ['-f', script], { SRV_DATABASE: 'keycloak', SRV_USER: 'sv1openid' })).code).toBe(0);
  expect((await psql('sv1openid', 'keycloak', ['-c', 'select count(*) from realm'])).said.trim()).toBe('1');
  const { code, said } = await psql('other', 'keycloak', ['-c', 'select 1']);
  expect([code === 0, said]).toEqual([false, expect.stringContaining('permission denied')]);
}, 60_000);
