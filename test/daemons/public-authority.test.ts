import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Chart } from 'cdk8s';
import { PublicAuthority, publicAuthority } from '../../constructs/central/public-authority';
import { CENTRAL_MOUNTS } from '../../infra/model/central-services';
import { issueCertificate, newAuthority, type PlantAuthority } from '../../stacks/secrets/authority';
import { exampleCentral } from '../support/centre';
import { makeWorkDir, type WorkDir } from '../support/work-dir';

const run = promisify(execFile);
const [signing, successor, stranger] = ['centre', 'centre', 'centre'].map((name) => newAuthority(name, new Date())) as [
  PlantAuthority,
  PlantAuthority,
  PlantAuthority,
];
const example = exampleCentral();
const central = {
  ...example,
  contract: { ...example.contract, certificateAuthority: signing.signing.certificate + successor.signing.certificate },
};

describe('programs of the centre that use its public names, signed by an authority of its own', () => {
  let workDir: WorkDir;
  const servers: Server[] = [];
  const addresses: string[] = [];
  /** Files of the ConfigMap, and variables that name them where the test has them. */
  const at = (env: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replaceAll(CENTRAL_MOUNTS.authority, workDir.path)]));

  beforeAll(async () => {
    workDir = await makeWorkDir();
    const chart = new Chart(new App(), 'authority');
    new PublicAuthority(chart, 'authority', { central });
    const [{ data, binaryData }] = chart.toJson();
    for (const [file, text] of Object.entries<string>(data)) writeFileSync(join(workDir.path, file), text);
    for (const [file, text] of Object.entries<string>(binaryData)) writeFileSync(join(workDir.path, file), Buffer.from(text, 'base64'));
    for (const authority of [signing, successor, stranger]) {
      const { certificate, key } = issueCertificate(
        authority,
        { kind: 'certificate', commonName: 'ingress', dnsNames: ['localhost'], usages: ['server'] },
        new Date(),
      );
      const server = createServer({ cert: certificate, key }, (_, response) => response.end('welcome')).listen(0, '127.0.0.1');
      await once(server, 'listening');
      servers.push(server);
      addresses.push(`https://localhost:${(server.address() as AddressInfo).port}/`);
    }
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await workDir.remove();
  });

  test('Java trusts both of its certificates, and nobody else of the same name', async () => {
    const env = { PATH: process.env.PATH, ...at(publicAuthority(central).javaEnv) };
    const { stdout } = await run('/usr/bin/java', [join(__dirname, 'support', 'AskHttps.java'), ...addresses], { env });
    expect(stdout.trim().split('\n')).toEqual(['200 welcome', '200 welcome', 'refused']);
  });

  test('without it, Java trusts none', async () => {
    const { stdout } = await run('/usr/bin/java', [join(__dirname, 'support', 'AskHttps.java'), ...addresses], {
      env: { PATH: process.env.PATH },
    });
    expect(stdout.trim().split('\n')).toEqual(['refused', 'refused', 'refused']);
  });

  test('keytool finds each certificate in the trust store, whole', async () => {
    const { stdout } = await run('/usr/bin/keytool', ['-list', '-keystore', join(workDir.path, 'ca.jks'), '-storepass', 'changeit']);
    expect(stdout.match(/trustedCertEntry/g)).toHaveLength(2);
  });

  test('Node.js trusts both of its certificates, and nobody else of the same name', async () => {
    const script = `
      const { get } = require('node:https');
      const ask = ([address, ...rest]) => address && get(address, (answer) => { console.log(answer.statusCode); answer.resume(); ask(rest); })
        .on('error', () => { console.log('refused'); ask(rest); });
      ask(process.argv.slice(1));`;
    const env = { PATH: process.env.PATH, ...at(publicAuthority(central).env) };
    const { stdout } = await run(process.execPath, ['-e', script, ...addresses], { env });
    expect(stdout.trim().split('\n')).toEqual(['200', '200', 'refused']);
  });
});
