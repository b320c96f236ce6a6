import { Construct } from 'constructs';
import { mqttPermissionFile, mqttPermissions } from '../../infra/factory-plus/mqtt-permissions';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { signalsOf } from '../../infra/model/signal';
import { Configuration } from '../kube/configuration';

/**
 * What Factory+ must know so that its broker grants what the contract says: a ConfigMap for each plant, and one for the ingester and the
 * broker's own start, each with a dump for the ConfigDB and one for Auth, which `service-setup` loads in this order. Of one plant each, so that a change of
 * one touches its own.
 */
export class PlantPermissions extends Construct {
  /** The ConfigMaps, for {@link ServiceSetup}. */
  readonly configurations: Configuration[] = [];

  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const { realm, serves } = central.contract;
    for (const { name, ...plant } of central.plants) {
      this.#dumps(`mqtt-permissions-plant-${name}`, mqttPermissions(realm, [{ name, signals: signalsOf(plant) }], []));
    }
    this.#dumps('mqtt-permissions-centre', mqttPermissions(realm, [], serves));
  }

  #dumps(name: string, permissions: ReturnType<typeof mqttPermissions>): void {
    const configuration = new Configuration(this, name, {
      name,
      namespace: CENTRAL_NAMESPACE,
      labels: { name, component: 'permissions' },
      // Beside the files of all others in one folder: the name is that of the ConfigMap, which no other has.
      files: { [`${name}.yaml`]: mqttPermissionFile(permissions) },
    });
    this.configurations.push(configuration);
  }
}
