import { Construct } from 'constructs';
import { EDGE_ACCOUNT_CLASS } from '../../infra/factory-plus/edge-ids';
import { mqttPermissions } from '../../infra/factory-plus/mqtt-permissions';
import { CENTRAL_CLIENT_ZONES } from '../../infra/kerberos/central-clients';
import { edgeBridgePrincipal } from '../../infra/kerberos/principals';
import { isUnderFactoryPlus } from '../../infra/model/edge-cluster';
import { type CentralClient, centralClientSecret } from '../../infra/model/edge-services';
import type { Plant } from '../../infra/model/plant';
import { LOGIN_KEYS } from '../../infra/model/secret-requirement';
import { MOUNTS } from '../../infra/model/services';
import { signalsOf } from '../../infra/model/signal';
import { Configuration } from '../kube/configuration';
import { KerberosKey } from '../kube/kerberos-key';
import type { ObjectLabels } from '../kube/labels';
import type { Mount } from '../kube/pod';
import { requireSecret } from '../kube/requirements';

/** The Secret with the plant's one login at the central broker, where it is given, in the namespaces of those that need it. */
const GIVEN_LOGIN = 'central-login';

/** What {@link CentralLogin} takes. */
export interface CentralLoginProps {
  readonly plant: Plant;
  readonly client: CentralClient;
  readonly labels: ObjectLabels;
  /** Whose login is asked for, where it is given. @default - another client of the zone asks for it */
  readonly purpose?: string;
}

/**
 * The login of a program of a plant at the central broker: a folder with the files `username` and `password`.
 *
 * Under Factory+ the program has a principal of its own, `br1/PLANT/CLIENT`, whose password the Kerberos keys operator makes, so that nobody has
 * seen it, with an account that is a member of the plant's role there. Its user name is the principal without the realm: acs-mqtt 6.8.1 hands
 * it to Kerberos as it is. Otherwise the login is a Secret that the administrator of the centre gives.
 */
export class CentralLogin extends Construct {
  readonly mount: Mount;

  constructor(scope: Construct, id: string, { plant, client, labels, purpose }: CentralLoginProps) {
    super(scope, id);
    const namespace = CENTRAL_CLIENT_ZONES[client];
    const mounted = { name: 'central-login', path: MOUNTS.centralLogin };
    if (!isUnderFactoryPlus(plant)) {
      if (purpose !== undefined) {
        requireSecret(this, {
          namespace,
          name: GIVEN_LOGIN,
          type: 'Opaque',
          keys: [...LOGIN_KEYS],
          content: { kind: 'login', purpose: `${purpose} of ${plant.name} at the central broker ${plant.contract.mqtt.host}` },
        });
      }
      this.mount = { ...mounted, from: { secret: GIVEN_LOGIN } };
      return;
    }
    const { realm, serves } = plant.contract;
    const principal = edgeBridgePrincipal(plant.name, client, realm);
    const secret = centralClientSecret(client);
    const role = mqttPermissions(realm, [{ name: plant.name, signals: signalsOf(plant) }], serves).roles.find(({ who }) => who === 'plant');
    new KerberosKey(this, 'key', {
      namespace,
      name: client,
      labels,
      type: 'Password',
      principal,
      secret: { name: secret, key: 'password', keys: ['password'] },
      account: { class: EDGE_ACCOUNT_CLASS, name: `${NAMES[client]}: ${plant.name}`, groups: role ? [role.uuid] : [] },
    });
    const username = new Configuration(this, 'username', {
      name: secret,
      namespace,
      labels,
      files: { username: principal.slice(0, principal.lastIndexOf('@')) },
    });
    this.mount = { ...mounted, from: { together: { configMaps: [username.name], secrets: [secret] } } };
  }
}

/** Names of their accounts, for people. */
const NAMES: Readonly<Record<CentralClient, string>> = {
  'command-receiver': 'Command receiver',
  'data-publisher': 'Data publisher',
  'log-collector': 'Log collectors',
};
