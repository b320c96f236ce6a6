import { HTTP_ROUTES, hostOf, KERBEROS_LABELS } from '../model/routes';
import type { Rule, RuleProblem } from './rule';

/**
 * The longest domain, in characters. With a label of 40 that a web application chooses, a host name has at most the 253 of DNS; and the realm,
 * which is the domain unless the model says otherwise, is part of the name of a file of the KDC.
 */
const LONGEST_DOMAIN = 200;

/** Every host name of a centre is its own. */
export const centralHostsDistinct: Rule = {
  id: 'central-hosts-distinct',
  invariant: 'No two centres have a host name in common, and the host names of each are no longer than DNS allows.',
  check: ({ data, isWhole }) => {
    const owners = new Map<string, string>();
    return Object.entries(data.centrals)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, central]): RuleProblem[] => {
        const path = ['centrals', name, 'domain'];
        if (!isWhole(...path)) return [];
        const { domain } = central;
        const hosts = hostsOf(domain, isWhole('centrals', name, 'cluster') ? central.cluster?.webApplication?.host : undefined);
        const shared = hosts.find((host) => owners.has(host));
        for (const host of hosts) if (!owners.has(host)) owners.set(host, name);
        return [
          ...(domain.length > LONGEST_DOMAIN
            ? [
                {
                  path,
                  value: domain,
                  message: `has ${domain.length} characters, and with the label of a service in front a host name would be too long for DNS`,
                  remedy: `choose a domain of ${LONGEST_DOMAIN} characters at most`,
                },
              ]
            : []),
          ...(shared === undefined
            ? []
            : [
                {
                  path,
                  value: domain,
                  message: `makes ${shared} a host of this centre, and it is one of ${owners.get(shared)} already`,
                  remedy: 'give each centre a domain of its own',
                },
              ]),
        ];
      });
  },
};

/** Every name that a centre of this domain may answer to, whatever it leaves out today. */
function hostsOf(domain: string, webApplication: string | undefined): string[] {
  const labels = [...HTTP_ROUTES.map(({ label }) => label), ...Object.values(KERBEROS_LABELS), webApplication];
  return [...new Set(labels)].map((label) => hostOf(label === undefined ? {} : { label }, { domain })).sort();
}
