import type { k8s } from 'cdk8s-plus-27';
import type { IConstruct } from 'constructs';
import type { OwnContainer } from '../../infra/model/container';
import { givenSecretPath } from '../../infra/model/services';
import type { Conduit } from './network-policy';
import type { HardenedPodProps, HealthCheck, Mount, Resources } from './pod';
import { requireSecret } from './requirements';
import { unexpanded } from './unexpanded';

/** What {@link ownProgram} takes. */
export interface OwnProgramProps {
  readonly namespace: string;
  /** Name of the workload: its Secrets that are given are `NAME-SECRET`. */
  readonly name: string;
  /** The image and what it needs. */
  readonly container: OwnContainer;
  /** What Millwright tells it beside its own environment; each name begins with MILLWRIGHT_. */
  readonly told?: Readonly<Record<string, string>>;
  /** Ports that it listens on beside that of its health check. @default - none */
  readonly ports?: readonly { readonly name: string; readonly port: number }[];
}

/** What an image of the owner's own is in its pod, and on the network. */
export interface OwnProgram {
  readonly image: string;
  readonly args: string[];
  readonly env: k8s.EnvVar[];
  readonly ports: HardenedPodProps['ports'];
  readonly health: HealthCheck;
  readonly resources: Resources;
  /** The Secrets that its owner gives. */
  readonly given: readonly Mount[];
  /** Its writable `/tmp`. */
  readonly scratch: Mount;
  /** What it reaches outside the cluster. */
  readonly egress: readonly Conduit[];
}

/** What a program of the owner's own becomes, on a plant and at the centre alike; its given Secrets are stated with `scope`. */
export function ownProgram(scope: IConstruct, props: OwnProgramProps): OwnProgram {
  const { namespace, name: workload, container, told = {}, ports = [] } = props;
  const { health } = container;
  const given = Object.entries(container.secrets).map(([name, { purpose }]): Mount => {
    const secret = `${workload}-${name}`;
    requireSecret(scope, { namespace, name: secret, type: 'Opaque', keys: ['password', 'username'], content: { kind: 'login', purpose } });
    return { name: `given-${name}`, path: givenSecretPath(name), from: { secret } };
  });
  return {
    image: container.image,
    args: container.args.map(unexpanded),
    env: [...Object.entries(told), ...Object.entries(container.env)]
      .map(([name, value]) => ({ name, value: unexpanded(value) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    ports: [...ports, ...(ports.some(({ port }) => port === health.port) ? [] : [{ name: 'health', port: health.port }])],
    health: { port: health.port, ...(health.path === undefined ? {} : { readinessPath: health.path }) },
    resources: container.resources,
    given,
    scratch: { name: 'tmp', path: '/tmp', from: { scratchMiB: container.scratchMiB } },
    egress: container.reaches.map(({ address, port, protocol }): Conduit => ({ peer: { networks: [address] }, ports: [port], protocol })),
  };
}
