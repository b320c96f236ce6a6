import { type Monitoring, receiversOf, takesHeartbeat } from '../model/monitoring';
import type { Plant } from '../model/plant';
import { givenSecretPath } from '../model/services';

/** Name of the Secret of a receiver, and of the folder in which it is mounted. */
export const receiverSecret = (receiver: string) => `alert-${receiver}`;

/** The receiver that sends nothing; the upper-case letter keeps it apart from those of the model. */
const NOBODY = 'Nobody';

/**
 * Alertmanager 0.31: every alert goes to every receiver that takes alerts, alerts of one name in one message, and the sign of life to
 * those that take it. What authenticates the sender is read from files. JSON, which is YAML.
 */
export function alertmanagerConfiguration(plant: Pick<Plant, 'name'>, monitoring: Monitoring): Record<string, unknown> {
  const receivers = receiversOf(monitoring);
  const alerted = receivers.filter((receiver) => !takesHeartbeat(receiver));
  const route = (severity: string, to: readonly { readonly name: string }[], more: Record<string, unknown>) =>
    to.map(({ name }) => ({ receiver: name, matchers: [`severity="${severity}"`], continue: true, ...more }));
  return {
    route: {
      // Gets what has no severity, which no rule lacks; the heartbeat of a plant whose receivers take none goes nowhere.
      receiver: NOBODY,
      group_by: ['alertname'],
      group_wait: '10s',
      group_interval: '5m',
      repeat_interval: '4h',
      routes: [
        ...route('page', alerted, { repeat_interval: '1h' }),
        ...route('ticket', alerted, { repeat_interval: '24h' }),
        // A receiver that misses it for a quarter of an hour knows that the plant is silent.
        ...route('heartbeat', receivers.filter(takesHeartbeat), { group_interval: '1m', repeat_interval: '5m' }),
      ],
    },
    // A node that is gone explains what is gone with it.
    inhibit_rules: [
      {
        source_matchers: ['alertname="NodeGone"'],
        target_matchers: ['alertname=~"NodeProgramsMissing|ServersMissing|WorkloadDown"'],
      },
      // What ends within a week needs no second message that it ends within a month, and so on.
      ...[
        ['BrokerStoreNearlyFull', 'BrokerStoreFilling', 'server'],
        ['CertificateEnds', 'CertificateEnding', 'source'],
      ].map(([worse, milder, label]) => ({
        source_matchers: [`alertname="${worse}"`],
        target_matchers: [`alertname="${milder}"`],
        equal: [label],
      })),
    ],
    receivers: [
      { name: NOBODY },
      ...receivers.map((receiver) => {
        const secret = givenSecretPath(receiverSecret(receiver.name));
        if (receiver.by === 'webhook') {
          return { name: receiver.name, webhook_configs: [{ url_file: `${secret}/password`, send_resolved: true, max_alerts: 50 }] };
        }
        return {
          name: receiver.name,
          email_configs: [
            {
              to: receiver.to.join(', '),
              from: receiver.from,
              smarthost: `${receiver.server}:${receiver.port}`,
              require_tls: true,
              ...(receiver.user === undefined ? {} : { auth_username: receiver.user, auth_password_file: `${secret}/password` }),
              send_resolved: true,
              headers: { Subject: `[${plant.name}] {{ .Status | toUpper }} {{ .CommonLabels.alertname }}` },
            },
          ],
        };
      }),
    ],
  };
}
