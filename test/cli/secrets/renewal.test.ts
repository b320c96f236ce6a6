import { X509Certificate } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretsReport } from '../../../cli/secrets/report';
import { AUTHORITY, BROKER, CENTRAL, DATABASE, inDays, PRESS, Scene } from './scene';

const scene = Scene.each();
const certificates = (but?: string) => scene.required('certificate').filter((path) => path !== but);
const pathsOf = (told: SecretsReport['renewed']) => told.map(({ path }) => path);

describe('renewal', () => {
  test('is announced in the last third of a certificate, and done only when it is asked for', async () => {
    await scene.fill(scene.given());
    const before = scene.encrypted();
    const told = await scene.fill({ now: inDays(500) });
    expect(pathsOf(told.due)).toEqual(certificates());
    expect(told.due[0]?.text).toBe('ends on 2028-12-31, in 230 days');
    expect(scene.encrypted()).toEqual(before);

    scene.ownerAtHand();
    rmSync(join(scene.rendered.treeFolder, PRESS));
    await scene.fill({ now: inDays(400) });
    const middle = scene.encrypted();
    const report = await scene.fill({ renew: true, now: inDays(500) });
    expect(pathsOf(report.renewed)).toEqual(certificates(PRESS));
    expect(report.restarts).toEqual([
      'kubectl -n jobs rollout restart deployment/job-backup --field-manager=flux-client-side-apply',
      'kubectl -n jobs rollout restart statefulset/job-database --field-manager=flux-client-side-apply',
      'kubectl -n machines rollout restart deployment/furnace-1 --field-manager=flux-client-side-apply',
      'kubectl -n messaging rollout restart statefulset/plant-broker --field-manager=flux-client-side-apply',
      'kubectl -n uplink rollout restart deployment/data-publisher --field-manager=flux-client-side-apply',
    ]);
    for (const path of [PRESS, CENTRAL, DATABASE, AUTHORITY]) expect(scene.encrypted().get(path)).toBe(middle.get(path));
  });

  test('replaces a login that is given anew', async () => {
    await scene.fill(scene.given());
    const report = await scene.fill({ ...scene.given('uplink/central-login: { username: leeds, password: changed-secret }'), renew: true });
    expect(report.renewed).toEqual([{ path: CENTRAL, text: 'was given anew' }]);
    expect(scene.sops.read(CENTRAL).stringData.password).toBe('changed-secret');
    expect(report.restarts).toEqual(['kubectl -n uplink rollout restart deployment/data-publisher --field-manager=flux-client-side-apply']);
  });

  test('passes the authority on in two runs, at least a week apart, and the file says where it stands', async () => {
    await scene.fill(scene.given());
    scene.ownerAtHand();
    const late = (days: number) => inDays(2600 + days);
    expect((await scene.fill({ now: late(0) })).authority).toContain('less than three years left');

    const first = await scene.fill({ renew: true, now: late(0) });
    expect(pathsOf(first.renewed)).toEqual(certificates());
    expect(first.authority).toContain(
      'has a successor, which is trusted from now on; it signs on the first run with --renew from 2034-02-20',
    );
    const overlap = scene.sops.read(BROKER).stringData;
    const bundle = (overlap['ca.crt'] ?? '').match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\n/g) ?? [];
    expect(bundle).toHaveLength(2);
    expect(new X509Certificate(overlap['tls.crt'] ?? '').checkIssued(new X509Certificate(bundle[0] ?? ''))).toBe(true);

    expect((await scene.fill({ renew: true, now: late(1) })).renewed).toEqual([]);
    expect(pathsOf((await scene.fill({ now: late(8) })).due)).toEqual(certificates());
    const second = await scene.fill({ renew: true, now: late(8) });
    expect(pathsOf(second.renewed)).toEqual(certificates());
    expect(second.authority).toContain('was succeeded');
    const succeeded = scene.sops.read(BROKER).stringData;
    expect(succeeded['ca.crt']).toBe([...bundle].reverse().join(''));
    expect(new X509Certificate(succeeded['tls.crt'] ?? '').verify(new X509Certificate(bundle[1] ?? '').publicKey)).toBe(true);
    expect(Object.keys(scene.sops.read(AUTHORITY).stringData)).toEqual(['signing.crt', 'signing.key', 'former.crt']);
    expect((await scene.fill({ renew: true, now: late(9) })).renewed).toEqual([]);
  });

  test('begins anew when the authority has ended, and without renewal says so', async () => {
    await scene.fill(scene.given());
    rmSync(join(scene.rendered.treeFolder, PRESS));
    await expect(scene.fill({ now: inDays(3700) })).rejects.toThrow('the authority of leeds ended on 2036-12-29: run with --renew');
    const report = await scene.fill({ now: inDays(3700), renew: true });
    expect(report).toMatchObject({ made: [PRESS], authority: expect.stringContaining('is a new one') as string });
    expect(pathsOf(report.renewed)).toEqual(certificates(PRESS));
  });
});
