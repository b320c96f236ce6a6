import { writeFileSync } from 'node:fs';
import { toKrb5Conf } from '../../infra/formats/krb5-conf';
import { CENTRAL_COMPONENTS } from '../../infra/model/central-components';
import { exampleCentral } from '../support/centre';
import { IngressOnTrial } from './support/ingress';
import type { KdcOnTrial } from './support/kdc';
import type { Host } from './support/network';

const central = exampleCentral();
const { realm } = central.contract;
const doors = CENTRAL_COMPONENTS.ingress.ports;

/** Tickets name the address of who asks, or of who seems to: so the ways through the ingress are tried with the real programs. */
describe('Kerberos through the ingress, from a computer that knows nothing of the cluster', () => {
  let trial: IngressOnTrial;
  let kdc: KdcOnTrial;
  let outside: Host;
  let configuration: string;
  const run = (command: readonly string[], input?: string) =>
    kdc.client(command, { host: outside, env: { KRB5_CONFIG: configuration }, ...(input === undefined ? {} : { input }) });

  beforeAll(async () => {
    trial = await IngressOnTrial.of(central, { kdc: true });
    if (!trial.kdc) throw new Error('the test has no KDC');
    kdc = trial.kdc;
    outside = await trial.network.host('outside', '203.0.113.9');
    const at = (port: number) => `${trial.pod.address}:${port}`;
    configuration = kdc.file('outside.conf');
    writeFileSync(
      configuration,
      toKrb5Conf({
        libdefaults: { default_realm: realm, dns_lookup_kdc: false, rdns: false, udp_preference_limit: '1' },
        realms: { [realm]: { kdc: at(doors.kdc.pod), admin_server: at(doors.kadmin.pod), kpasswd_server: at(doors.kpasswd.pod) } },
      }),
    );
    await kdc.kadminLocal('addprinc -pw first op1flux/leeds', 'addprinc -pw administers admin');
  });
  afterAll(() => trial?.end());

  test('a password gets a ticket, and a wrong one does not', async () => {
    expect(await run(['kinit', 'op1flux/leeds'], 'first\n')).toMatchObject({ code: 0 });
    expect(await run(['kinit', 'op1flux/leeds'], 'wrong\n')).toMatchObject({
      code: 1,
      said: expect.stringContaining('Password incorrect'),
    });
  });

  test('kadmin makes a principal and tells its rights apart', async () => {
    const made = await run(['kadmin', '-p', 'admin', '-w', 'administers', '-q', 'addprinc -pw secret nd1/leeds/press-1']);
    expect(made).toMatchObject({ code: 0, said: expect.stringContaining(`Principal "nd1/leeds/press-1@${realm}" created`) });
    const refused = await run(['kadmin', '-p', 'op1flux/leeds', '-w', 'first', '-q', 'getprinc admin']);
    expect(refused.said).toMatch(/privilege/);
    expect(await run(['kinit', 'nd1/leeds/press-1'], 'secret\n')).toMatchObject({ code: 0 });
  });

  test('a password is changed', async () => {
    const { code, said } = await run(['kpasswd', 'op1flux/leeds'], 'first\nsecond one\nsecond one\n');
    expect([code, said]).toEqual([0, expect.stringContaining('Password changed')]);
    expect(await run(['kinit', 'op1flux/leeds'], 'second one\n')).toMatchObject({ code: 0 });
  });
});
