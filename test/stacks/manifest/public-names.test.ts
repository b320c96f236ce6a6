import { checkEstate } from '../../../infra/estate/check';
import { CENTRAL_COMPONENTS } from '../../../infra/model/central-components';
import { centralManifests } from '../../../stacks/manifest/build';
import { newAuthority } from '../../../stacks/secrets/authority';
import { withChange } from '../../support/estates';
import { type Fields, workloadsOf } from './rendered';

/** Names of the components that use public names of the centre, by the table of who connects to whom. */
const users: string[] = Object.entries(CENTRAL_COMPONENTS)
  .filter(([, { reaches }]) => (reaches as readonly string[]).some((target) => target.startsWith('public-')))
  .map(([name]) => name);

/** Pods of those components in the example, whose centre has this authority: what each mounts where the authority belongs. */
function mountsOf(change: (central: Fields) => void): Record<string, boolean> {
  const { centralClusters } = checkEstate(withChange(({ centrals: { sheffield } }) => change(sheffield)));
  return Object.fromEntries(
    centralClusters
      .flatMap((central) => workloadsOf(centralManifests(central)))
      .filter(({ labels }) => users.includes(labels['app.kubernetes.io/name'] ?? ''))
      .map(({ text, pod }) => [text, pod.containers[0].volumeMounts.some(({ mountPath }: Fields) => mountPath === '/run/central-ca')]),
  );
}

const certificateAuthority = newAuthority('centre', new Date()).signing.certificate;

describe('every pod of the centre that uses public names', () => {
  test('trusts the authority that signs them, where it is one of its own', () => {
    const mounts = mountsOf((central) => Object.assign(central, { certificateAuthority }));
    expect(Object.keys(mounts).length).toBeGreaterThan(10);
    expect(Object.entries(mounts).filter(([, there]) => !there)).toEqual([]);
  });

  test('trusts the public authorities where those sign, and looks at none without TLS', () => {
    const insecure = { certificateAuthority, transport: { insecure: true, reason: 'trial' } };
    for (const stated of [{}, insecure]) {
      const mounts = mountsOf((central) => Object.assign(central, stated));
      expect(Object.entries(mounts).filter(([, there]) => there)).toEqual([]);
    }
  });
});
