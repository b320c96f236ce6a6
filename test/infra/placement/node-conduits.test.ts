import type { Plant } from '../../../infra/model/plant';
import { nodeConduits } from '../../../infra/placement/node-conduits';
import { plantsOf } from '../../stacks/manifest/rendered';
import { minimalEstate } from '../../support/estates';

const [york] = plantsOf(minimalEstate());
const plant = (change: object) => ({ ...york, ...change }) as Plant;
const sharing = (name: string, kind: 'nfs' | 'smb', server: string) => ({ ...york?.machines[0], name, shares: [{ kind, server }] });

describe('what nodes themselves connect to', () => {
  test('are the time servers, over UDP', () => {
    expect(nodeConduits(plant({ time: { servers: ['10.20.1.8', '10.20.1.9'] } }))).toEqual([
      { address: '10.20.1.8', port: 123, protocol: 'UDP', purpose: 'time (NTP)' },
      { address: '10.20.1.9', port: 123, protocol: 'UDP', purpose: 'time (NTP)' },
    ]);
  });

  test('are the shares of machines, because a kubelet mounts them and no pod', () => {
    const machines = [sharing('saw-1', 'smb', '10.20.1.43'), sharing('oven-1', 'nfs', '10.20.1.31')];
    expect(nodeConduits(plant({ time: { none: true, reason: 'By hand' }, machines }))).toEqual([
      { address: '10.20.1.31', port: 2049, protocol: 'TCP', purpose: 'files of oven-1 (NFS)' },
      { address: '10.20.1.43', port: 445, protocol: 'TCP', purpose: 'files of saw-1 (SMB)' },
    ]);
  });

  test('do not depend on the order of entries', () => {
    const machines = [sharing('b', 'nfs', '10.20.1.2'), sharing('a', 'nfs', '10.20.1.1')];
    expect(nodeConduits(plant({ machines }))).toEqual(nodeConduits(plant({ machines: machines.toReversed() })));
  });
});
