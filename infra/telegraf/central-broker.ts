import type { Contract } from '../model/contract';

/** A table of Telegraf that connects to the central broker. */
type Plugin = 'inputs.mqtt_consumer' | 'outputs.mqtt';

/** Scheme of a URL with TLS and without, as each plug-in calls it (1.37.2). */
const SCHEMES: Readonly<Record<Plugin, { readonly tls: string; readonly plain: string }>> = {
  'inputs.mqtt_consumer': { tls: 'ssl', plain: 'tcp' },
  'outputs.mqtt': { tls: 'mqtts', plain: 'mqtt' },
};

/** URL of the central broker for a plug-in of Telegraf: over TLS, unless the installation of the centre is insecure. */
export function centralBrokerUrl({ tls, mqtt }: Pick<Contract, 'tls' | 'mqtt'>, plugin: Plugin): string {
  return `${SCHEMES[plugin][tls ? 'tls' : 'plain']}://${mqtt.host}:${mqtt.port}`;
}
