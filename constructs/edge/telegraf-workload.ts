import { Construct } from 'constructs';
import type { Plant } from '../../infra/model/plant';
import { CERTIFICATE_KEYS } from '../../infra/model/secret-requirement';
import { MOUNTS } from '../../infra/model/services';
import { Configuration } from '../kube/configuration';
import type { ObjectLabels } from '../kube/labels';
import { type Conduit, WorkloadPolicy } from '../kube/network-policy';
import type { HardenedPodProps, Mount, Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { WorkloadAccount } from '../kube/service-account';
import { TelegrafDeployment } from '../kube/telegraf-deployment';
import type { PlantBroker } from './plant-broker';
import type { PriorityTier } from './priority-tiers';

/** What {@link TelegrafWorkload} takes. */
export interface TelegrafWorkloadProps {
  readonly plant: Plant;
  readonly broker: PlantBroker;
  readonly namespace: string;
  readonly labels: ObjectLabels;
  /** Files of its configuration folder; `telegraf.conf` among them. */
  readonly files: Readonly<Record<string, string>>;
  readonly resources: Resources;
  readonly priorityClass: PriorityTier;
  /** Whether it is started again when its own health output says that it does not work. @default - it is alive while it accepts connections */
  readonly judgesItself?: boolean;
  /**
   * Where it reaches the centre: name of the ConfigMap with the certificates that sign the central services, and its login at the central
   * broker. @default - it does not
   */
  readonly centre?: { readonly authorityName: string; readonly login: Mount };
  /** What it reaches beside the plant broker and the centre. @default - nothing */
  readonly egress?: readonly Conduit[];
  readonly env?: HardenedPodProps['env'];
  /** What it sees beside its configuration, its certificate and what the centre needs. @default - nothing */
  readonly mounts?: readonly Mount[];
  /** Seconds that it must be ready before it counts. @default 0 */
  readonly minReadySeconds?: number;
  /** Where it may run. @default - the scheduler chooses */
  readonly place?: Pick<HardenedPodProps, 'node' | 'rack' | 'spread' | 'affinity'>;
}

/**
 * A Telegraf that is a client of the plant broker: its account, configuration, certificate, conduits and one pod, which is recreated rather
 * than rolled, because two would take each other's sessions.
 */
export class TelegrafWorkload extends Construct {
  constructor(scope: Construct, id: string, props: TelegrafWorkloadProps) {
    super(scope, id);
    const { plant, broker, namespace, labels } = props;
    const { name } = labels;
    const certificate = `${name}-client-tls`;
    const account = new WorkloadAccount(this, 'account', { namespace, labels, images: plant.images });
    const configuration = new Configuration(this, 'configuration', { name, namespace, labels, files: props.files });
    const authority = this.#centralAuthority(props);
    requireSecret(this, {
      namespace,
      name: certificate,
      type: 'kubernetes.io/tls',
      keys: CERTIFICATE_KEYS,
      content: { kind: 'certificate', commonName: name, dnsNames: [], usages: ['client'] },
    });
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels,
      ingress: [],
      egress: [
        ...(props.egress ?? []),
        { peer: broker.peer, ports: [broker.port] },
        ...(props.centre ? [{ peer: { networks: plant.contract.addresses }, ports: [plant.contract.mqtt.port] } satisfies Conduit] : []),
      ],
    });
    new TelegrafDeployment(this, 'telegraf', {
      namespace,
      labels,
      registry: plant.images.registry,
      configuration,
      // Telegraf reads the certificates that it trusts when it starts.
      ...(authority ? { restartsWith: { 'millwright/central-ca': authority.digest } } : {}),
      account: account.name,
      resources: props.resources,
      priorityClass: props.priorityClass,
      ...(props.judgesItself === undefined ? {} : { judgesItself: props.judgesItself }),
      ...(props.env ? { env: props.env } : {}),
      mounts: [
        { name: 'tls', path: MOUNTS.tls, from: { secret: certificate } },
        ...(props.centre ? [props.centre.login] : []),
        ...(authority ? [{ name: 'central-ca', path: MOUNTS.centralAuthority, from: { configMap: authority.name } }] : []),
        ...(props.mounts ?? []),
      ],
      ...(props.minReadySeconds === undefined ? {} : { minReadySeconds: props.minReadySeconds }),
      ...(props.place ? { place: props.place } : {}),
    });
  }

  /** The certificates that sign the central services, unless public authorities do. */
  #centralAuthority({ plant, namespace, labels, centre }: TelegrafWorkloadProps): Configuration | undefined {
    const { certificateAuthority } = plant.contract;
    if (!centre || certificateAuthority === undefined) return undefined;
    const files = { 'ca.crt': certificateAuthority };
    return new Configuration(this, 'central-ca', { name: centre.authorityName, namespace, labels, files });
  }
}
