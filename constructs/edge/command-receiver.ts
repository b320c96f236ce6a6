import { Construct } from 'constructs';
import { toToml } from '../../infra/formats/toml';
import { SESSION_KEY } from '../../infra/model/central-services';
import type { Plant } from '../../infra/model/plant';
import { COMMAND_RECEIVER } from '../../infra/model/services';
import { commandReceiverConfiguration } from '../../infra/telegraf/command-receiver';
import { selectorLabels } from '../kube/labels';
import type { Peer } from '../kube/network-policy';
import type { Resources } from '../kube/pod';
import { requireSessionKey, sessionKey } from '../kube/session-key';
import { CentralLogin } from './central-login';
import type { PlantBroker } from './plant-broker';
import { TelegrafWorkload } from './telegraf-workload';

/** What the command receiver uses: a Telegraf that holds at most 40 messages of 64 KiB. */
export const COMMAND_RECEIVER_RESOURCES: Resources = { cpuMillis: [50, 500], memoryMiB: [80, 192] };

const LABELS = { name: COMMAND_RECEIVER.name, component: 'command-receiver' } as const;

/** The receiver's pods, for the policy of the plant broker. */
export const COMMAND_RECEIVER_PEER: Peer = { namespace: COMMAND_RECEIVER.zone, labels: selectorLabels(LABELS) };

/** What {@link CommandReceiver} takes. */
export interface CommandReceiverProps {
  readonly plant: Plant;
  readonly broker: PlantBroker;
}

/**
 * The command receiver: fetches commands from the central broker, because nothing may connect into the plant, gives them to the plant
 * broker, and carries answers back. A pod of its own: its certificate publishes commands and reads answers, and nothing else.
 */
export class CommandReceiver extends Construct {
  constructor(scope: Construct, id: string, { plant, broker }: CommandReceiverProps) {
    super(scope, id);
    const { name, zone: namespace } = COMMAND_RECEIVER;
    const session = `${name}-session`;
    requireSessionKey(this, {
      namespace,
      name: session,
      purpose: `the session of ${plant.name} for commands at ${plant.contract.mqtt.host}`,
    });
    // Where it is given it is the plant's one login at the centre, which the data publisher asks for.
    const login = new CentralLogin(this, 'login', { plant, client: name, labels: LABELS });
    new TelegrafWorkload(this, 'telegraf', {
      plant,
      broker,
      namespace,
      labels: LABELS,
      files: { 'telegraf.conf': toToml(commandReceiverConfiguration(plant), [SESSION_KEY]) },
      resources: COMMAND_RECEIVER_RESOURCES,
      priorityClass: 'plant-jobs',
      env: [sessionKey(session)],
      // Its own judgement ends it: see `health` in telegraf/command-receiver.ts.
      judgesItself: true,
      centre: { authorityName: `${name}-central-ca`, login: login.mount },
    });
  }
}
