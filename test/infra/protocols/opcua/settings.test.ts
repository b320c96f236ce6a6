import { PEM, parsed } from './machine';

const messages = (raw: Record<string, unknown>) => parsed(raw).error?.issues.map(({ path, message }) => [path.join('.'), message]) ?? [];
const sealed = (more: object) => ({ security: { mode: 'SignAndEncrypt', serverCertificate: PEM, ...more } });
const POLICY =
  'must be Basic256Sha256, the one safe policy that Telegraf 1.37.2 takes by name, or { ofServer: true, reason } for what the server calls its strongest';
const CERTIFICATE = 'must be the one PEM certificate of the server, with line feeds only, or { any: true, reason }';

describe('the settings of a machine with an OPC UA server', () => {
  test('have the usual port, no path and the safe policy unless they say otherwise', () => {
    expect(parsed().data).toMatchObject({
      port: 4840,
      path: '',
      timeout: '5s',
      security: { mode: 'SignAndEncrypt', policy: 'Basic256Sha256' },
      scans: { fast: '250ms', normal: '1s', slow: '30s' },
    });
  });

  test('do not choose for anybody how messages are protected and who logs in', () => {
    expect(messages({ security: undefined }).map(([path]) => path)).toEqual(['security']);
    expect(messages({ login: undefined }).map(([path]) => path)).toEqual(['login']);
  });

  test.each([
    ['a policy that Telegraf refuses', sealed({ policy: 'Aes256_Sha256_RsaPss' }), 'security.policy', POLICY],
    ['a policy that is broken', sealed({ policy: 'Basic128Rsa15' }), 'security.policy', POLICY],
    ['a policy of the server without a reason', sealed({ policy: { ofServer: true } }), 'security.policy', POLICY],
    ['two certificates', sealed({ serverCertificate: PEM + PEM }), 'security.serverCertificate', CERTIFICATE],
    [
      'a certificate with carriage returns',
      sealed({ serverCertificate: PEM.replaceAll('\n', '\r\n') }),
      'security.serverCertificate',
      CERTIFICATE,
    ],
    [
      'a private key',
      sealed({ serverCertificate: PEM.replaceAll('CERTIFICATE', 'PRIVATE KEY') }),
      'security.serverCertificate',
      CERTIFICATE,
    ],
    ['any certificate without a reason', sealed({ serverCertificate: { any: true } }), 'security.serverCertificate', CERTIFICATE],
    ['a path without a slash', { path: 'cell' }, 'path', 'must be the path of the endpoint, such as /machine/server'],
    ['a path with a query', { path: '/cell?x' }, 'path', 'must be the path of the endpoint, such as /machine/server'],
    ['no points', { points: {} }, 'points', 'must have at least one point'],
    ['a timeout of minutes', { timeout: '5min' }, 'timeout', 'must be a whole number with a unit (ms, s, min, h, d), from 1s to 30s'],
  ])('are refused with %s', (_, raw, path, message) => {
    expect(messages(raw)).toEqual([[path, message]]);
  });

  test.each([
    ['no protection without a reason', { security: { mode: 'None' } }, 'security.reason'],
    ['nobody in particular without a reason', { login: { as: 'anonymous' } }, 'login.reason'],
    ['a mode that does not exist', { security: { mode: 'Encrypt' } }, 'security.mode'],
    ['a password in the estate', { login: { as: 'user', password: 'x' } }, 'login'],
    ['no certificate of the server', { security: { mode: 'Sign' } }, 'security.serverCertificate'],
  ])('are refused with %s', (_, raw, path) => {
    expect(messages(raw).map(([at]) => at)).toEqual([path]);
  });
});
