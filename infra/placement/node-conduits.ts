import type { EdgeCluster } from '../model/edge-cluster';
import { NTP_PORT } from '../model/time-service';

/** A connection that every node of a plant must be able to open: no network policy sees it, since no pod opens it. */
export interface NodeConduit {
  /** IP address of the other end. */
  readonly address: string;
  /** 1–65535. */
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  /** What runs over it, for people. */
  readonly purpose: string;
}

/**
 * What the nodes themselves connect to, ordered by purpose and address: the plant's time servers. For whoever closes the network around
 * the nodes; the firewall of the hosts is to be made from it.
 */
export function nodeConduits(plant: EdgeCluster): NodeConduit[] {
  const servers = plant.time && 'servers' in plant.time ? plant.time.servers : [];
  const shares = plant.machines.flatMap(({ name, shares: mounted }) =>
    mounted.map(
      ({ kind, server }): NodeConduit => ({
        address: server,
        port: SHARE_PORTS[kind],
        protocol: 'TCP',
        purpose: `files of ${name} (${kind.toUpperCase()})`,
      }),
    ),
  );
  return [...servers.map((address): NodeConduit => ({ address, port: NTP_PORT, protocol: 'UDP', purpose: 'time (NTP)' })), ...shares].sort(
    (a, b) => (a.purpose < b.purpose || (a.purpose === b.purpose && a.address < b.address) ? -1 : 1),
  );
}

/** Ports on which a kubelet mounts a share: NFS 4 (RFC 7530), SMB over TCP. */
const SHARE_PORTS = { nfs: 2049, smb: 445 } as const;
