import { type InstalledIds, installedIdsSchema } from '../model/installed-ids';
import { APPLICATION } from './ids';

/** Where `service-setup` keeps the ids that it made: application and object (acs-service-setup 6.8.1, lib/local-uuids.js). */
export const INSTALLED_IDS = { application: APPLICATION.serviceConfig, object: APPLICATION.serviceConfig } as const;

/** Group and key of that entry → where the estate has it. */
const PLACES: Readonly<Record<keyof InstalledIds, { readonly group: string; readonly keys: Readonly<Record<string, string>> }>> = {
  charts: {
    group: 'Chart',
    keys: {
      cluster: 'Cluster',
      edgeAgent: 'EdgeAgent',
      modbusRest: 'ModbusRest',
      mqtt: 'MQTT',
      opcuaServer: 'OPCUAServer',
      unsBridge: 'UNSBridge',
    },
  },
  repositories: { group: 'Repo', keys: { helmCharts: 'HelmCharts' } },
  repositoryGroups: { group: 'RepoGroup', keys: { cluster: 'Cluster', shared: 'Shared' } },
  roles: {
    group: 'Role',
    keys: {
      edgeAgent: 'EdgeAgent',
      edgeFlux: 'EdgeFlux',
      edgeKrbkeys: 'EdgeKrbkeys',
      edgeMonitor: 'EdgeMonitor',
      edgeSync: 'EdgeSync',
      opcuaServer: 'OPCUAServer',
      unsBridge: 'UNSBridge',
    },
  },
  accounts: { group: 'Account', keys: { metaDb: 'MetaDB' } },
};

/**
 * The ids of an installation from the entry that `service-setup` keeps. What it holds beside them is passed over: a later version may add some.
 *
 * @returns the ids, or what is not there, by the names of that entry
 */
export function readInstalledIds(entry: unknown): { readonly ids: InstalledIds } | { readonly missing: readonly string[] } {
  const at = (of: unknown, key: string): unknown =>
    typeof of === 'object' && of !== null && Object.hasOwn(of, key) ? (of as Record<string, unknown>)[key] : undefined;
  const read = Object.fromEntries(
    Object.entries(PLACES).map(([group, { group: theirs, keys }]) => [
      group,
      Object.fromEntries(Object.entries(keys).map(([key, named]) => [key, at(at(entry, theirs), named)])),
    ]),
  );
  const { success, data, error } = installedIdsSchema.safeParse(read);
  if (success) return { ids: data };
  const named = ([group = '', key = '']: readonly PropertyKey[]) => {
    const place = PLACES[group as keyof InstalledIds];
    return `${place.group}.${place.keys[String(key)]}`;
  };
  return { missing: [...new Set(error.issues.map(({ path }) => named(path)))].sort() };
}
