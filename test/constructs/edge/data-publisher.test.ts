import { plantManifests } from '../../../stacks/manifest/build';
import { exampleSet, type Fields, objectNamed, plantsOf } from '../../stacks/manifest/rendered';
import { withChange } from '../../support/estates';

const CERTIFICATE = `-----BEGIN CERTIFICATE-----\n${'QUJD'.repeat(16)}\n-----END CERTIFICATE-----\n`;

describe('the data publisher', () => {
  test('trusts the public authorities of its image when the centre has none of its own', () => {
    const set = exampleSet();
    expect(set.entries.filter(({ object }) => object.metadata.name === 'central-ca')).toEqual([]);
    expect(objectNamed(set, 'ConfigMap uplink/data-publisher').data['telegraf.conf']).not.toContain('central-ca');
  });

  test("mounts the certificates of the centre's own authority, and trusts them", () => {
    const [plant] = plantsOf(withChange(({ centrals }) => Object.assign(centrals.sheffield, { certificateAuthority: CERTIFICATE })));
    if (!plant) throw new Error('there is no plant');
    const set = plantManifests(plant);
    expect(objectNamed(set, 'ConfigMap uplink/central-ca').data).toEqual({ 'ca.crt': CERTIFICATE });
    expect(objectNamed(set, 'ConfigMap uplink/data-publisher').data['telegraf.conf']).toContain('tls_ca = "/run/central-ca/ca.crt"');
    const { volumes, containers } = objectNamed(set, 'Deployment uplink/data-publisher').spec.template.spec;
    expect(volumes.find(({ name }: Fields) => name === 'central-ca').configMap.name).toBe('central-ca');
    expect(containers[0].volumeMounts.find(({ name }: Fields) => name === 'central-ca').mountPath).toBe('/run/central-ca');
  });

  test('restarts when the certificates that it trusts change', () => {
    const digest = (certificateAuthority: string) => {
      const [plant] = plantsOf(withChange(({ centrals }) => Object.assign(centrals.sheffield, { certificateAuthority })));
      if (!plant) throw new Error('there is no plant');
      return JSON.stringify(objectNamed(plantManifests(plant), 'Deployment uplink/data-publisher').spec.template.metadata.annotations);
    };
    expect(digest(CERTIFICATE)).not.toBe(digest(CERTIFICATE + CERTIFICATE));
  });

  test('holds no password: it reads both from the mounted Secret', () => {
    const text = objectNamed(exampleSet(), 'ConfigMap uplink/data-publisher').data['telegraf.conf'];
    expect(text).toContain('password = "@{central:password}"');
    expect(text).toContain('username = "@{central:username}"');
  });
});
