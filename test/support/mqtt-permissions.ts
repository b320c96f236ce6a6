import type { MqttPermissions } from '../../infra/factory-plus/mqtt-permissions';

/** A permission as acs-mqtt gives it to HiveMQ. */
interface TopicPermission {
  readonly filter: string;
  readonly reads: boolean;
  readonly writes: boolean;
}

/** What a client of the central broker may do. */
export interface MayDo {
  publish(topic: string): boolean;
  subscribe(filter: string): boolean;
}

/**
 * What acs-mqtt 6.8.1 lets the members of a role do: its way from grants to topic permissions (FPKrbAuthProvider, MqttAce), and HiveMQ's
 * from those to an answer (DefaultPermissionsEvaluator, PermissionTopicMatcherUtils, 2025.5), written anew.
 *
 * @param addresses target → its Sparkplug address. @default - no target has one
 * @throws when a permission has no template: acs-mqtt refuses the login then
 */
export function mayDo(
  {
    grants,
    templates,
  }: Pick<MqttPermissions, 'grants'> & { readonly templates: Readonly<Record<string, Readonly<Record<string, unknown>>>> },
  role: string,
  addresses: Readonly<Record<string, { readonly group_id: string; readonly node_id: string }>> = {},
): MayDo {
  const permissions = grants
    .filter(({ principal }) => principal === role)
    .flatMap(({ permission, target }) => {
      const template = templates[permission];
      if (!template) throw new Error(`no template of ${permission}`);
      return Object.entries(template).flatMap(([filter, access]) => expand(filter, access, addresses[target]));
    });
  return {
    publish: (topic) => permissions.some(({ writes, filter }) => writes && covers(filter, topic)),
    subscribe: (filter) =>
      permissions.some((permission) => permission.reads && covers(permission.filter, filter.replace(/^\$share\/[^/]+\//, ''))),
  };
}

function expand(filter: string, access: unknown, address: { group_id: string; node_id: string } | undefined): TopicPermission[] {
  if (typeof access !== 'string') return [];
  const [reads, writes] = [access.includes('r'), access.includes('w')];
  if (!reads && !writes) return [];
  if (!/%[gn]/.test(filter)) return [{ filter, reads, writes }];
  if (!address) return [];
  return [{ filter: filter.replace(/%[gn]/g, (found) => (found === '%g' ? address.group_id : address.node_id)), reads, writes }];
}

/** Whether HiveMQ calls a topic, or a filter, covered by the filter of a permission. */
function covers(filter: string, asked: string): boolean {
  // Without a wildcard, slashes at the end count on neither side.
  if (!/[+#]/.test(filter)) return filter.replace(/\/+$/, '') === (asked.length > 1 ? asked.replace(/\/+$/, '') : asked);
  const [levels, askedLevels] = [filter.split('/'), asked.split('/')];
  for (let i = 0; i < Math.min(levels.length, askedLevels.length); i++) {
    if (levels[i] === askedLevels[i] || levels[i] === '+') continue;
    return levels[i] === '#';
  }
  return levels.length === askedLevels.length || (levels.length - askedLevels.length === 1 && levels.at(-1) === '#');
}
