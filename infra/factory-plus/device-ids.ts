import type { Json } from './content-item';
import { factoryPlusUuid } from './uuid';

/** A device of a connection, as an edge agent's configuration says it. */
type Device = Readonly<Record<string, Json>>;

/** Id of a machine as a Sparkplug device: the Directory, the historian and the unified namespace know it by this. */
export function edgeDeviceUuid(realm: string, cluster: string, agent: string, device: string): string {
  return factoryPlusUuid(realm, 'edge-device', cluster, agent, device);
}

/** Id of the schema of all such devices: a metric for each data point, by its name. */
export function deviceSchemaUuid(realm: string): string {
  return factoryPlusUuid(realm, 'device-schema');
}

/**
 * Devices with the two metrics that tell consumers what they are (ACS 6.8.1: uns-ingester-sparkplug leaves out a device without
 * `Instance_UUID`; acs-admin writes both in front of the others).
 */
export function withDeviceIds(devices: readonly Device[], realm: string, cluster: string, agent: string): Device[] {
  const tag = (Name: string, value: string, docs: string) => ({ Name, type: 'UUID', method: 'GET', value, docs, recordToDB: true });
  return devices.map((device) => ({
    ...device,
    tags: [
      tag('Schema_UUID', deviceSchemaUuid(realm), 'What the metrics of the device are'),
      tag('Instance_UUID', edgeDeviceUuid(realm, cluster, agent, String(device.deviceId)), 'Which device it is'),
      ...((device.tags ?? []) as readonly Json[]),
    ],
  }));
}
