import { App } from 'cdk8s';
import { checkEstate } from '../../../infra/estate/check';
import type { Machine } from '../../../infra/model/machine';
import { BrokerChart, MachineChart } from '../../../stacks/charts/plant-charts';
import { fullEstate } from '../../support/full-estate';

const { plants } = checkEstate(fullEstate());
const plant = plants.find(({ name }) => name === 'york');
if (!plant) throw new Error('the full estate has no york');
const machineOf = (name: string): Machine => {
  const machine = plant.machines.find((candidate) => candidate.name === name);
  if (!machine) throw new Error(`york has no ${name}`);
  return machine;
};

/** Objects of a gateway, by kind. */
function objectsOf(machines: readonly Machine[]) {
  const app = new App();
  const { broker } = new BrokerChart(app, plant as NonNullable<typeof plant>);
  const [{ name = '' } = {}] = machines;
  const chart = new MachineChart(app, plant as NonNullable<typeof plant>, { name, machines, shared: machines.length > 1 }, broker);
  const objects = chart.toJson();
  return { chart, all: (kind: string) => objects.filter((object: { kind: string }) => object.kind === kind) };
}

describe('the share of a machine that writes files', () => {
  const { all } = objectsOf([machineOf('saw-1')]);
  const [volume] = all('PersistentVolume');
  const [claim] = all('PersistentVolumeClaim');
  const [deployment] = all('Deployment');

  test('over NFS is a volume of the node that is kept and can only be read', () => {
    expect(volume.spec).toEqual({
      accessModes: ['ReadOnlyMany'],
      capacity: { storage: '1Gi' },
      claimRef: { namespace: 'machines', name: claim.metadata.name },
      mountOptions: ['ro', 'nfsvers=4.1', 'hard', 'timeo=100', 'actimeo=1', 'nosuid', 'nodev', 'noexec'],
      nfs: { server: '10.20.2.50', path: '/export/saw', readOnly: true },
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: '',
      volumeMode: 'Filesystem',
    });
  });

  test('is claimed by the gateway alone, by name and from no storage class', () => {
    expect(claim.metadata.namespace).toBe('machines');
    expect(claim.spec).toEqual({
      accessModes: ['ReadOnlyMany'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: '',
      volumeMode: 'Filesystem',
      volumeName: volume.metadata.name,
    });
    const pod = deployment.spec.template.spec;
    expect(pod.volumes).toContainEqual({ name: 'saw-1-files', persistentVolumeClaim: { claimName: claim.metadata.name, readOnly: true } });
    expect(pod.containers[0].volumeMounts).toContainEqual({ name: 'saw-1-files', mountPath: '/run/machine-files/saw-1', readOnly: true });
  });

  test('is another volume with another claim when the share is another, since neither can be changed', () => {
    const machine = machineOf('saw-1');
    const moved = { ...machine, shares: machine.shares.map((share) => ({ ...share, path: '/export/other' })) };
    const names = (kind: string) => objectsOf([moved]).all(kind)[0].metadata.name;
    expect(names('PersistentVolume')).toMatch(/^saw-1-files-[0-9a-f]{8}$/);
    expect(names('PersistentVolume')).not.toBe(volume.metadata.name);
    expect(names('PersistentVolumeClaim')).toBe(names('PersistentVolume'));
  });

  test('over SMB is mounted by the CSI driver with a login that no pod sees', () => {
    const { all: ofWindows } = objectsOf([machineOf('saw-2')]);
    const [{ metadata, spec }] = ofWindows('PersistentVolume');
    expect(spec.csi).toEqual({
      driver: 'smb.csi.k8s.io',
      volumeHandle: metadata.name,
      readOnly: true,
      volumeAttributes: { source: '//10.20.2.50/saw/logs' },
      nodeStageSecretRef: { name: 'saw-2-share-login', namespace: 'machines' },
    });
    expect(spec.mountOptions).toEqual(
      expect.arrayContaining(['ro', 'vers=3.1.1', 'hard', 'uid=10001', 'gid=10001', 'nosuid', 'nodev', 'noexec']),
    );
    const [windows] = ofWindows('Deployment');
    expect(JSON.stringify(windows)).not.toContain('share-login');
    expect(JSON.stringify(ofWindows('ConfigMap'))).not.toContain('share_login');
  });

  test('opens nothing to the pod, since the node mounts it', () => {
    const [policy] = all('NetworkPolicy');
    expect(policy.spec.egress).toHaveLength(1);
  });
});

describe('the certificates that a machine brings', () => {
  test('lie beside the configuration, and for the MySQL driver the process trusts them and no others', () => {
    const { all } = objectsOf([machineOf('kiln-1')]);
    const [{ data }] = all('ConfigMap');
    expect(Object.keys(data)).toEqual(['kiln-1.authority.pem', 'telegraf.conf', 'trusted.pem']);
    expect(data['trusted.pem']).toBe(data['kiln-1.authority.pem']);
    const [{ spec }] = all('Deployment');
    expect(spec.template.spec.containers[0].env).toEqual([
      { name: 'SSL_CERT_FILE', value: '/etc/telegraf/trusted.pem' },
      { name: 'SSL_CERT_DIR', value: '/etc/telegraf/none' },
    ]);
  });

  test('are trusted by no process that can be told a file', () => {
    const { all } = objectsOf([machineOf('kiln-2'), machineOf('saw-1')]);
    expect(Object.keys(all('ConfigMap')[0].data)).toEqual(['telegraf.conf']);
    expect(all('Deployment')[0].spec.template.spec.containers[0].env).toBeUndefined();
  });
});
