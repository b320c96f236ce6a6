import type { Rule } from './rule';

/** An authority of the centre's own is known to those that connect to it. */
export const centralCertificateTrusted: Rule = {
  id: 'central-certificate-trusted',
  invariant:
    'A centre whose certificate `millwright secrets` makes states the authority that signs it, or its plants would trust nobody there.',
  check: ({ centralClusters, isWhole }) =>
    centralClusters.flatMap((central) => {
      const path = ['centrals', central.name, 'certificateAuthority'];
      const { tls, certificateAuthority } = central.contract;
      if (!tls || central.certificate.by !== 'millwright' || certificateAuthority !== undefined) return [];
      if (!isWhole(...path) || !isWhole('centrals', central.name, 'cluster', 'certificate')) return [];
      return [
        {
          // No error: `millwright secrets`, which makes the authority, takes an estate that is in order.
          severity: 'warning' as const,
          path,
          message: `is missing, and the certificate of ${central.name} is signed by an authority of its own: no plant, and no part of the centre that uses a public name, would trust it`,
          remedy: `run millwright secrets ${central.name}, and state the ca.crt of the Secret factoryplus-tls (docs/routes.md), or choose another \`certificate\``,
        },
      ];
    }),
};
