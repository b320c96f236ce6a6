import { type CentralCluster, componentsOf } from '../model/central-cluster';
import { componentAddress } from '../model/central-components';
import { CENTRAL_MOUNTS } from '../model/central-services';
import { answerTopic, commandTopic } from '../model/command';
import { WEB_APPLICATION_DATABASES, WEB_APPLICATION_PORT } from '../model/web-application';

/** Where the secret part of its client identifiers at the central broker lies: a folder with the file `password`. */
export const WEB_APPLICATION_SESSION = '/run/broker-session';

/** What the front end is told, as environment variables; docs/web-application.md explains each. */
export function toldToFrontEnd(central: CentralCluster): Record<string, string> {
  const { host, port } = componentAddress('web-application-api', 'web');
  return {
    MILLWRIGHT_BACK_END: port === 80 ? `http://${host}` : `http://${host}:${port}`,
    MILLWRIGHT_PORT: `${WEB_APPLICATION_PORT}`,
    ...toldOfPeople(central),
  };
}

/** What the back end is told, as environment variables; docs/web-application.md explains each. */
export function toldToBackEnd(central: CentralCluster): Record<string, string> {
  const { mqtt, tls, certificateAuthority } = central.contract;
  const historian = componentAddress('historian', 'https');
  return {
    MILLWRIGHT_BROKER: `${tls ? 'mqtts' : 'mqtt'}://${mqtt.host}:${mqtt.port}`,
    MILLWRIGHT_BROKER_LOGIN: CENTRAL_MOUNTS.brokerLogin,
    MILLWRIGHT_BROKER_SESSION: WEB_APPLICATION_SESSION,
    ...(tls && certificateAuthority !== undefined ? { MILLWRIGHT_CENTRAL_CA: `${CENTRAL_MOUNTS.authority}/ca.crt` } : {}),
    MILLWRIGHT_DATABASES: WEB_APPLICATION_DATABASES.join(','),
    MILLWRIGHT_HISTORIAN: `https://${historian.host}:${historian.port}`,
    MILLWRIGHT_HISTORIAN_CA: `${CENTRAL_MOUNTS.tls}/ca.crt`,
    MILLWRIGHT_HISTORIAN_LOGIN: CENTRAL_MOUNTS.historianLogin,
    MILLWRIGHT_PLANTS: JSON.stringify(commandedPlants(central)),
    MILLWRIGHT_PORT: `${WEB_APPLICATION_PORT}`,
    ...toldOfPeople(central),
  };
}

/** The plants that the web application may command, ordered by name, and the topics of commands and of answers. */
function commandedPlants({ webApplication }: Pick<CentralCluster, 'webApplication'>) {
  return [...(webApplication?.commands ?? [])]
    .sort()
    .map((plant) => ({ plant, commands: commandTopic(plant), answers: answerTopic(plant) }));
}

/** Where people log in; the client is public, with PKCE, and has the name of the application's host. */
function toldOfPeople(central: CentralCluster): Record<string, string> {
  const { webApplication } = central;
  if (!webApplication || !componentsOf(central).includes('openid')) return {};
  const { tls, domain } = central.contract;
  return {
    MILLWRIGHT_OPENID: `${tls ? 'https' : 'http'}://openid.${domain}/realms/factory_plus`,
    MILLWRIGHT_OPENID_CLIENT: webApplication.host,
  };
}
