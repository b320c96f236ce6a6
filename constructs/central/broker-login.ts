import { Construct } from 'constructs';
import { mqttRoles } from '../../infra/factory-plus/mqtt-permissions';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { CENTRAL_MOUNTS, CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import type { CentralGrant } from '../../infra/model/contract';
import { Configuration } from '../kube/configuration';
import { KerberosKey } from '../kube/kerberos-key';
import type { ObjectLabels } from '../kube/labels';
import type { Mount } from '../kube/pod';
import { CENTRAL_SERVICE_CLASS } from './factory-plus-program';

/** What {@link BrokerLogin} takes. */
export interface BrokerLoginProps {
  readonly central: CentralCluster;
  /** The part that it plays at the central broker. */
  readonly who: CentralGrant['who'];
  /** The plants that it commands. @default - it plays a role of the centre */
  readonly plants?: readonly string[];
  /** Name of the program: the principal is `sv1NAME`. */
  readonly name: string;
  readonly labels: ObjectLabels;
}

/**
 * The login of a program of the centre at the central broker: a principal whose password the Kerberos keys operator makes, so that nobody
 * has seen it, with an account that is a member of its roles. A folder with the files `username` and `password`.
 */
export class BrokerLogin extends Construct {
  /** The folder of both, at the place of the login at the central broker. */
  readonly mount: Mount;

  constructor(scope: Construct, id: string, { central, who, plants, name, labels }: BrokerLoginProps) {
    super(scope, id);
    const principal = `sv1${name.replaceAll('-', '')}`;
    const login = `${name}-login`;
    const groups = mqttRoles(central)
      .filter((role) => role.who === who && (plants === undefined || plants.includes(role.plant ?? '')))
      .map(({ uuid }) => uuid)
      .sort();
    new KerberosKey(this, 'key', {
      namespace: CENTRAL_NAMESPACE,
      name: principal,
      labels,
      type: 'Password',
      principal: `${principal}@${central.contract.realm}`,
      secret: { name: login, key: 'password', keys: ['password'] },
      account: { class: CENTRAL_SERVICE_CLASS, name, ...(groups.length > 0 ? { groups } : {}) },
    });
    const username = new Configuration(this, 'username', {
      name: login,
      namespace: CENTRAL_NAMESPACE,
      labels,
      files: { username: principal },
    });
    this.mount = {
      name: 'broker-login',
      path: CENTRAL_MOUNTS.brokerLogin,
      from: { together: { configMaps: [username.name], secrets: [login] } },
    };
  }
}
