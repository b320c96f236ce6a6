import { Construct } from 'constructs';
import { toToml } from '../../infra/formats/toml';
import type { Plant } from '../../infra/model/plant';
import { DATA_PUBLISHER } from '../../infra/model/services';
import { publisherConfiguration } from '../../infra/telegraf/publisher';
import type { Resources } from '../kube/pod';
import { CentralLogin } from './central-login';
import { type PlantBroker, PUBLISHER_LABELS } from './plant-broker';
import { TelegrafWorkload } from './telegraf-workload';

/** What the data publisher uses: a Telegraf whose buffer holds at most 20 000 readings. */
export const PUBLISHER_RESOURCES: Resources = { cpuMillis: [100, 500], memoryMiB: [96, 256] };

/** What {@link DataPublisher} takes. */
export interface DataPublisherProps {
  readonly plant: Plant;
  readonly broker: PlantBroker;
}

/**
 * The data publisher: carries production data from the plant broker to the central broker over TLS, and acknowledges only what the
 * centre acknowledged. One pod: it has one session on the plant broker, and a second pod would take it over. It may move to any node.
 */
export class DataPublisher extends Construct {
  constructor(scope: Construct, id: string, { plant, broker }: DataPublisherProps) {
    super(scope, id);
    const { zone: namespace } = DATA_PUBLISHER;
    const login = new CentralLogin(this, 'login', {
      plant,
      client: DATA_PUBLISHER.name,
      labels: PUBLISHER_LABELS,
      purpose: 'the data publisher',
    });
    new TelegrafWorkload(this, 'telegraf', {
      plant,
      broker,
      namespace,
      labels: PUBLISHER_LABELS,
      files: { 'telegraf.conf': toToml(publisherConfiguration(plant)) },
      resources: PUBLISHER_RESOURCES,
      priorityClass: 'plant-data',
      // Its own judgement ends it: see `health` in telegraf/publisher.ts.
      judgesItself: true,
      centre: { authorityName: 'central-ca', login: login.mount },
      // Ready only once it has had the time to make its session, so that gateways do not publish before anyone keeps what they say.
      minReadySeconds: 10,
    });
  }
}
