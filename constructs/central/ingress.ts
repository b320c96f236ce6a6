import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { toTraefikToml } from '../../infra/formats/traefik-toml';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { componentFacts } from '../../infra/model/central-components';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { IMAGES, imageReference } from '../../infra/model/image';
import { certifiedHosts, entryPointsOf, httpRoutesOf } from '../../infra/model/routes';
import { CERTIFICATE_KEYS } from '../../infra/model/secret-requirement';
import { INGRESS_GRACE_SECONDS, INGRESS_MOUNTS, ingressConfiguration, ingressRoutes, PING_PORT } from '../../infra/traefik/configuration';
import { Configuration } from '../kube/configuration';
import { objectLabels, selectorLabels } from '../kube/labels';
import type { Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { CentralWorkload } from './central-workload';
import { HISTORIAN_TLS } from './historian';

/** The Secret with the certificate of the routes: that of ACS 6.8.1. */
const ROUTES_TLS = 'factoryplus-tls';

const NAME = 'ingress';

/** What the ingress uses: some 30 KiB for each connection, and TLS for what plants send. */
const RESOURCES: Resources = { cpuMillis: [100, 2000], memoryMiB: [128, 512] };

/** Where its collector of memory begins to work hard, below the limit. */
const MEMORY_MIB = 448;

/**
 * The ingress of the centre: a Traefik that ends TLS for every host and for MQTT, passes Kerberos on, and is reached by a load balancer. Its
 * routes come from files (docs/decisions/015): it has no token, reads no Secret but its own certificate, and takes a renewed one, or a new
 * route, while its connections go on.
 */
export class Ingress extends Construct {
  readonly workload: CentralWorkload;

  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const namespace = CENTRAL_NAMESPACE;
    const { component, ports = {} } = componentFacts(NAME);
    const labels = { name: NAME, component };
    const { tls } = central.contract;
    const configuration = new Configuration(this, 'configuration', {
      name: NAME,
      namespace,
      labels,
      files: { 'traefik.toml': toTraefikToml(ingressConfiguration(central)) },
    });
    const routes = new Configuration(this, 'routes', {
      name: `${NAME}-routes`,
      namespace,
      labels,
      files: { 'routes.toml': toTraefikToml(ingressRoutes(central)) },
    });
    if (tls) this.#certificate(central);
    const doors = entryPointsOf(central.contract).map((name) => {
      const { service, pod } = ports[name] ?? { service: 0, pod: 0 };
      return { name, service, pod };
    });
    new k8s.KubeService(this, 'service', {
      metadata: { name: NAME, namespace, labels: objectLabels(labels), annotations: { ...central.loadBalancer.annotations } },
      spec: {
        type: 'LoadBalancer',
        ...(central.loadBalancer.class === undefined ? {} : { loadBalancerClass: central.loadBalancer.class }),
        // The address of who connects stays: `clients` is held against it, and the access log tells it.
        externalTrafficPolicy: 'Local',
        selector: selectorLabels(labels),
        ports: doors.map(({ name, service }) => ({
          name,
          port: service,
          targetPort: k8s.IntOrString.fromString(name),
          protocol: 'TCP',
        })),
      },
    });
    const overTls = httpRoutesOf(central).some((route) => route.overTls);
    this.workload = new CentralWorkload(this, 'workload', {
      central,
      name: NAME,
      // Not those of the routes, which it takes while it runs.
      podAnnotations: configuration.podAnnotations,
      pod: {
        containerName: 'traefik',
        image: imageReference(IMAGES.traefik, central.images.registry),
        // Not the image's entry point, a script.
        command: ['traefik'],
        args: [`--configFile=${INGRESS_MOUNTS.configuration}/traefik.toml`],
        env: [{ name: 'GOMEMLIMIT', value: `${MEMORY_MIB}MiB` }],
        ports: [...doors.map(({ name, pod }) => ({ name, port: pod })), { name: 'ping', port: PING_PORT }],
        health: { port: PING_PORT, livenessPath: '/ping', readinessPath: '/ping' },
        resources: RESOURCES,
        mounts: [
          { name: 'configuration', path: INGRESS_MOUNTS.configuration, from: { configMap: configuration.name } },
          {
            name: 'routes',
            path: INGRESS_MOUNTS.routes,
            from: tls ? { together: { configMaps: [routes.name], secrets: [ROUTES_TLS] } } : { configMap: routes.name },
          },
          ...(overTls
            ? [
                {
                  name: 'cluster-authority',
                  path: INGRESS_MOUNTS.authority,
                  from: { secret: HISTORIAN_TLS, items: { 'ca.crt': 'ca.crt' } },
                },
              ]
            : []),
        ],
        terminationGraceSeconds: INGRESS_GRACE_SECONDS,
      },
    });
  }

  /** The certificate of the routes, or who makes it. */
  #certificate(central: CentralCluster): void {
    const secret = { namespace: CENTRAL_NAMESPACE, name: ROUTES_TLS, type: 'kubernetes.io/tls' } as const;
    const dnsNames = certifiedHosts(central);
    const { certificate } = central;
    switch (certificate.by) {
      case 'millwright':
        requireSecret(this, {
          ...secret,
          keys: CERTIFICATE_KEYS,
          content: { kind: 'certificate', commonName: NAME, dnsNames, usages: ['server'] },
        });
        return;
      case 'given':
        requireSecret(this, {
          ...secret,
          keys: ['tls.crt', 'tls.key'],
          source: 'given',
          content: { kind: 'other', purpose: `the hosts ${dnsNames.join(', ')}` },
        });
        return;
      case 'cert-manager':
        requireSecret(this, {
          ...secret,
          keys: ['tls.crt', 'tls.key'],
          source: 'given',
          content: { kind: 'other', purpose: 'the hosts of the centre, made by cert-manager' },
        });
        new ApiObject(this, 'certificate', {
          apiVersion: 'cert-manager.io/v1',
          kind: 'Certificate',
          metadata: {
            name: ROUTES_TLS,
            namespace: CENTRAL_NAMESPACE,
            labels: objectLabels({ name: NAME, component: componentFacts(NAME).component }),
          },
          spec: {
            secretName: ROUTES_TLS,
            dnsNames,
            usages: ['digital signature', 'server auth'],
            privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
            issuerRef: { group: 'cert-manager.io', kind: certificate.kind, name: certificate.issuer },
          },
        });
    }
  }
}
