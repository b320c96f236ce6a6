import { join } from 'node:path';
import { load } from 'js-yaml';
import { newAuthority } from '../../stacks/secrets/authority';
import { minimalEstate } from '../support/estates';
import { millwright } from './fake-terminal';
import { put, temporaryFolder } from './folder';

const folder = temporaryFolder();
const authority = newAuthority('leeds', new Date()).signing.certificate;
const REQUEST = '-----BEGIN CERTIFICATE REQUEST-----\nQUJD\n-----END CERTIFICATE REQUEST-----\n';

/** Writes a file and returns its path. */
function file(name: string, text: string): string {
  put(folder, { [name]: text });
  return join(folder, name);
}

const files = () => ({ ca: file('ca.crt', authority), request: file('anna.csr', REQUEST) });

describe('millwright kubeconfig', () => {
  test('prints a kubeconfig that leads to the first control-plane node, with files for certificate and key', async () => {
    const { exitCode, out } = await millwright('kubeconfig', 'leeds', '--user', 'anna', '--authority', files().ca);
    expect(exitCode).toBe(0);
    expect(load(out)).toMatchObject({
      clusters: [
        { cluster: { server: 'https://10.20.1.201:6443', 'certificate-authority-data': Buffer.from(authority).toString('base64') } },
      ],
      users: [{ name: 'anna@leeds', user: { 'client-certificate': 'anna.crt', 'client-key': 'anna.key' } }],
      'current-context': 'leeds',
    });
  });

  test('prints what an administrator approves, for a certificate of 90 days', async () => {
    const { exitCode, out } = await millwright('kubeconfig', 'leeds', '--user', 'anna', '--request', files().request);
    expect(exitCode).toBe(0);
    expect(load(out)).toMatchObject({
      kind: 'CertificateSigningRequest',
      metadata: { name: 'leeds-anna' },
      spec: { request: Buffer.from(REQUEST).toString('base64'), expirationSeconds: 7_776_000, usages: ['client auth'] },
    });
  });

  test('leads to the endpoint that the estate states, in brackets when it is IPv6', async () => {
    const estate = minimalEstate();
    estate.plants.york.kubernetes.endpoint = 'fd00::1';
    const path = file('estate.json', JSON.stringify(estate));
    const { out } = await millwright('kubeconfig', 'york', '--user', 'anna', '--authority', files().ca, '--estate', path);
    expect(load(out)).toMatchObject({ clusters: [{ cluster: { server: 'https://[fd00::1]:6443' } }] });
  });

  test.each([
    [['leeds', '--user', 'Anna'], 2, 'millwright: --user "Anna" must be lower-case letters, digits and hyphens, such as anna.'],
    [
      ['leeds', '--user', 'anna'],
      2,
      'millwright: name one of --authority <file>, for a kubeconfig, and --request <file>, for what an administrator approves.',
    ],
    [
      ['hull', '--user', 'anna', '--authority', 'CA'],
      2,
      'millwright: hull is neither a plant nor a cluster of soft gateways; the estate has leeds, rotherham, soft-gateways.',
    ],
    [['leeds', '--user', 'anna', '--authority', 'REQUEST'], 1, 'REQUEST is no PEM file with a CERTIFICATE.'],
    [['leeds', '--user', 'anna', '--request', 'CA'], 1, 'CA is no PEM file with a CERTIFICATE REQUEST.'],
    [['leeds', '--user', 'anna', '--request', '/nowhere'], 1, "no such file or directory, open '/nowhere'"],
  ])('refuses %j', async (args, code, message) => {
    const { ca, request } = files();
    const paths: Record<string, string> = { CA: ca, REQUEST: request };
    const { exitCode, out, err } = await millwright('kubeconfig', ...args.map((arg) => paths[arg] ?? arg));
    expect([exitCode, out]).toEqual([code, '']);
    expect(err).toContain(message.replace(/^[A-Z]+(?= is)/, (name) => paths[name] ?? name));
  });

  test('says what is missing when nothing tells where the API server is', async () => {
    const path = file('estate.json', JSON.stringify(minimalEstate()));
    const { exitCode, err } = await millwright('kubeconfig', 'york', '--user', 'anna', '--authority', files().ca, '--estate', path);
    expect(exitCode).toBe(1);
    expect(err).toContain(
      'plants.york.kubernetes.endpoint is missing, and no node of the control plane states its address; state one of them.',
    );
  });

  test('takes no certificate that cannot be read', async () => {
    const broken = file('broken.crt', '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n');
    const { exitCode, err } = await millwright('kubeconfig', 'leeds', '--user', 'anna', '--authority', broken);
    expect([exitCode, err]).toEqual([1, expect.stringContaining('holds no certificate that can be read')]);
  });
});
