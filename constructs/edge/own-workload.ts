import { Construct } from 'constructs';
import type { OwnContainer } from '../../infra/model/container';
import type { Plant } from '../../infra/model/plant';
import { CERTIFICATE_KEYS } from '../../infra/model/secret-requirement';
import { MOUNTS } from '../../infra/model/services';
import type { ObjectLabels } from '../kube/labels';
import { type Conduit, WorkloadPolicy } from '../kube/network-policy';
import { ownProgram } from '../kube/own-program';
import type { HardenedPodProps, Mount } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { WorkloadAccount } from '../kube/service-account';
import { SinglePod } from '../kube/single-pod';
import type { PriorityTier } from './priority-tiers';

/** What {@link OwnWorkload} takes. */
export interface OwnWorkloadProps {
  readonly plant: Plant;
  readonly namespace: string;
  readonly labels: ObjectLabels;
  /** The image and what it needs. */
  readonly container: OwnContainer;
  readonly containerName: string;
  /** What Millwright tells it beside its own environment; each name begins with MILLWRIGHT_. */
  readonly told?: Readonly<Record<string, string>>;
  /** Ports that it listens on beside that of its health check. @default - none */
  readonly ports?: readonly { readonly name: string; readonly port: number }[];
  readonly ingress: readonly Conduit[];
  /** What it reaches beside `container.reaches`. */
  readonly egress: readonly Conduit[];
  /** Its certificate of the plant's authority, mounted at {@link MOUNTS}.tls. @default - it has none */
  readonly certificate?: {
    /** Name of its Secret. @default `<name>-tls` */
    readonly secret?: string;
    readonly commonName: string;
    readonly dnsNames: readonly string[];
    readonly usages: readonly ('client' | 'server')[];
  };
  /** Further files that it sees. @default - none */
  readonly mounts?: readonly Mount[];
  /** Annotations of its pods, such as a configuration's. @default - none */
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly priorityClass: PriorityTier;
  /** Where it may run. @default - the scheduler chooses */
  readonly place?: Pick<HardenedPodProps, 'node' | 'rack' | 'spread' | 'affinity'>;
}

/**
 * A program of the plant's own: one pod that is recreated rather than rolled, hardened like every other, with just the conduits that
 * its container states.
 */
export class OwnWorkload extends Construct {
  constructor(scope: Construct, id: string, props: OwnWorkloadProps) {
    super(scope, id);
    const { plant, namespace, labels, container } = props;
    const account = new WorkloadAccount(this, 'account', { namespace, labels, images: plant.images });
    const certificate = props.certificate?.secret ?? `${labels.name}-tls`;
    if (props.certificate) {
      const { commonName, dnsNames, usages } = props.certificate;
      requireSecret(this, {
        namespace,
        name: certificate,
        type: 'kubernetes.io/tls',
        keys: CERTIFICATE_KEYS,
        content: { kind: 'certificate', commonName, dnsNames, usages },
      });
    }
    const program = ownProgram(this, {
      namespace,
      name: labels.name,
      container,
      ...(props.told ? { told: props.told } : {}),
      ...(props.ports ? { ports: props.ports } : {}),
    });
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels,
      ingress: props.ingress,
      egress: [...props.egress, ...program.egress],
    });
    new SinglePod(this, 'pod', {
      namespace,
      labels,
      ...(props.podAnnotations ? { podAnnotations: props.podAnnotations } : {}),
      pod: {
        containerName: props.containerName,
        image: program.image,
        args: program.args,
        env: program.env,
        ports: program.ports,
        health: program.health,
        resources: program.resources,
        mounts: [
          ...(props.certificate ? [{ name: 'tls', path: MOUNTS.tls, from: { secret: certificate } }] : []),
          ...program.given,
          ...(props.mounts ?? []),
          program.scratch,
        ],
        serviceAccount: account.name,
        priorityClass: props.priorityClass,
        ...props.place,
      },
    });
  }
}
