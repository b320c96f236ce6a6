import type { InstalledIds } from '../../infra/model/installed-ids';

const id = (last: number) => `10000000-0000-4000-8000-${String(last).padStart(12, '0')}`;

/** Ids of an installation, each another one. */
export const INSTALLED: InstalledIds = {
  charts: { cluster: id(1), edgeAgent: id(2), modbusRest: id(3), mqtt: id(4), opcuaServer: id(5), unsBridge: id(6) },
  repositories: { helmCharts: id(7) },
  repositoryGroups: { cluster: id(8), shared: id(9) },
  roles: {
    edgeAgent: id(10),
    edgeFlux: id(11),
    edgeKrbkeys: id(12),
    edgeMonitor: id(13),
    edgeSync: id(14),
    opcuaServer: id(15),
    unsBridge: id(16),
  },
  accounts: { metaDb: id(17) },
};
