import { areSealed } from '../model/delivery';
import { type SealingCertificate, SMALLEST_SEALING_KEY, sealingCertificates } from '../sealed-secrets/certificate';
import { edgeClustersOf } from './edge-clusters';
import type { Rule, RuleProblem } from './rule';

type Told = Pick<RuleProblem, 'message' | 'remedy'>;

const MAKE = 'make a pair as docs/secrets.md says';

/** What Secrets are sealed with can seal. */
export const sealingCertificatesFit: Rule = {
  id: 'sealing-certificates',
  invariant: 'Certificates that Secrets are sealed with hold RSA keys of 2048 bits or more; each is stated once, the newest first.',
  check: (context) =>
    edgeClustersOf(context).flatMap(({ cluster: { secrets }, at }) => {
      const path = at('secrets', 'sealedWith');
      if (!areSealed(secrets) || !context.isWhole(...path)) return [];
      return problemsOf(secrets.sealedWith).map((told) => ({ path, ...told }));
    }),
};

function problemsOf(pem: string): Told[] {
  let certificates: SealingCertificate[];
  try {
    certificates = sealingCertificates(pem);
  } catch (error) {
    return [{ message: (error as Error).message, remedy: `copy it whole, or ${MAKE}` }];
  }
  return certificates.flatMap(({ rsaBits, fingerprint, notBefore }, index): Told[] => {
    const which = `certificate ${index + 1}`;
    const before = certificates.slice(0, index);
    const newer = before.at(-1);
    if (rsaBits === undefined) return [{ message: `${which} has no RSA key, and nothing else seals`, remedy: MAKE }];
    if (rsaBits < SMALLEST_SEALING_KEY) {
      return [{ message: `${which} has a key of ${rsaBits} bits, and at least ${SMALLEST_SEALING_KEY} are needed`, remedy: MAKE }];
    }
    if (before.some((other) => other.fingerprint === fingerprint)) return [{ message: `${which} is stated twice`, remedy: 'remove one' }];
    // The controller gives out the certificate whose time began last (Sealed Secrets 0.40, --key-order-priority).
    if (newer && newer.notBefore <= notBefore) {
      return [
        {
          message: `${which} begins on ${notBefore.toISOString()}, which is not before the one that is stated above it`,
          remedy: 'state the newest first: the first one seals, and the controller gives out the newest',
        },
      ];
    }
    return [];
  });
}
