import { planBroker } from '../../../infra/placement/broker';
import { plantManifests } from '../../../stacks/manifest/build';
import { objectNamed, ofKind, plantsOf } from '../../stacks/manifest/rendered';
import { withChange } from '../../support/estates';

// biome-ignore lint/suspicious/noExplicitAny: a change to plain data
function brokerOf(change: (leeds: any) => void) {
  const [plant] = plantsOf(
    withChange(({ plants: { leeds } }) => {
      leeds.monitoring = { off: true, reason: 'Trial bench' };
      delete leeds.logs;
      change(leeds);
    }),
  );
  if (!plant) throw new Error('there is no plant');
  const set = plantManifests(plant);
  const conf = JSON.parse(objectNamed(set, 'ConfigMap messaging/plant-broker').data['nats.conf']);
  return { plant, set, conf, spec: objectNamed(set, 'StatefulSet messaging/plant-broker').spec };
}

describe('the plant broker', () => {
  const single = brokerOf((leeds) => {
    delete leeds.racks.a.a2;
    leeds.kubernetes.controlPlane = ['a1'];
  });

  test('is one server where there are fewer than three general-purpose nodes', () => {
    expect(single.spec.replicas).toBe(1);
    expect(single.spec.template.spec.affinity).toBeUndefined();
    expect(ofKind(single.set, 'PodDisruptionBudget')).toEqual([]);
  });

  test('has no port, no route and no conduit for others when it is alone', () => {
    expect(single.conf.cluster).toBeUndefined();
    expect(single.conf.mqtt.stream_replicas).toBeUndefined();
    expect(JSON.stringify([single.spec, ofKind(single.set, 'NetworkPolicy'), ofKind(single.set, 'Service')])).not.toContain('6222');
  });

  test('stores no more than fits on its volume with a tenth to spare', () => {
    for (const bridges of ['1h', '10d']) {
      const { plant, conf, spec } = brokerOf((leeds) => Object.assign(leeds, { uplink: { bridges }, storage: { brokerGiB: 24 } }));
      const GiB = Number.parseInt(spec.volumeClaimTemplates[0].spec.resources.requests.storage, 10);
      expect(GiB).toBe(planBroker(plant).volumeGiB);
      expect(conf.jetstream.max_file * 1.1).toBeLessThanOrEqual(GiB * 1024 ** 3);
    }
  });

  test('keeps its data when it is deleted or made smaller', () => {
    expect(single.spec.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
  });

  test('takes the storage class of the plant', () => {
    const { spec } = brokerOf((leeds) => Object.assign(leeds, { storage: { class: 'fast' } }));
    expect(spec.volumeClaimTemplates[0].spec.storageClassName).toBe('fast');
  });
});
