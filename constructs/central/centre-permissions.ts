import { Construct } from 'constructs';
import { mqttPermissionFile, mqttPermissions } from '../../infra/factory-plus/mqtt-permissions';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { Configuration } from '../kube/configuration';

/**
 * What Factory+ must know so that the centre itself can start: a ConfigMap with the permissions of the ingester and of the broker's own
 * start, as a dump for the ConfigDB and one for Auth, which `service-setup` loads in this order, and sets back at each run. Those of plants
 * are not among them: `millwright configdb` writes them, which overwrites nothing that a person changed.
 */
export class CentrePermissions extends Construct {
  /** The ConfigMaps, for {@link ServiceSetup}. */
  readonly configurations: readonly Configuration[];

  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const name = 'mqtt-permissions-centre';
    this.configurations = [
      new Configuration(this, name, {
        name,
        namespace: CENTRAL_NAMESPACE,
        labels: { name, component: 'permissions' },
        // Beside the files of all others in one folder: the name is that of the ConfigMap, which no other has.
        files: { [`${name}.yaml`]: mqttPermissionFile(mqttPermissions(central.contract.realm, [], central.contract.serves)) },
      }),
    ];
  }
}
