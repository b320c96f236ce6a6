import { newAuthority } from '../../../stacks/secrets/authority';
import { withCluster } from './central-cluster-of';
import { found, minimalWith } from './found';

const certificateAuthority = newAuthority('centre', new Date()).signing.certificate;

describe('the rule that the authority of a centre is known to its plants', () => {
  test('a certificate that millwright makes, and no authority, is told, with what to do', () => {
    expect(found('central-certificate-trusted', withCluster({}))).toEqual([
      'warning: centrals.centre.certificateAuthority: is missing, and the certificate of centre is signed by an authority of its own: no plant, and no part of the centre that uses a public name, would trust it; run millwright secrets centre, and state the ca.crt of the Secret factoryplus-tls (docs/routes.md), or choose another `certificate`',
    ]);
  });

  test.each([
    ['stated', withCluster({}, (centre) => Object.assign(centre, { certificateAuthority }))],
    ['of nobody, without TLS', withCluster({}, (centre) => Object.assign(centre, { transport: { insecure: true, reason: 'trial' } }))],
    ['refused by the schema', withCluster({}, (centre) => Object.assign(centre, { certificateAuthority: 'mine' }))],
    ['public: the owner gives the certificate', withCluster({ certificate: { by: 'given' } })],
    ['public: cert-manager gets the certificate', withCluster({ certificate: { by: 'cert-manager', issuer: 'public' } })],
    ['that of a centre that is not rendered', minimalWith(() => {})],
  ])('an authority that is %s is not', (_, estate) => {
    expect(found('central-certificate-trusted', estate)).toEqual([]);
  });
});
