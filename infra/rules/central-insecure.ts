import type { Rule } from './rule';

/** A centre without TLS is told, with its reason. */
export const centralInsecure: Rule = {
  id: 'central-insecure',
  invariant: 'A centre that is reached without TLS is warned of: whoever is on the way reads and changes data, commands and passwords.',
  check: ({ data, isWhole }) =>
    Object.entries(data.centrals).flatMap(([name, { transport }]) => {
      const path = ['centrals', name, 'transport'];
      if (transport === 'tls' || !isWhole(...path)) return [];
      return [
        {
          severity: 'warning' as const,
          path,
          value: transport,
          message: `has plants, browsers and Git send passwords, data and commands in clear, because: ${transport.reason}`,
          remedy: 'leave it out, so that everything goes over TLS, unless the reason holds',
        },
      ];
    }),
};
