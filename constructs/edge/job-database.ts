import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { IMAGES, imageReference } from '../../infra/model/image';
import type { Jobs } from '../../infra/model/jobs';
import type { Plant } from '../../infra/model/plant';
import { CERTIFICATE_KEYS, LOGIN_KEYS, type SecretRequirement } from '../../infra/model/secret-requirement';
import { JOB_DATABASE, jobDatabaseServer, MOUNTS, serviceHost } from '../../infra/model/services';
import { ACCOUNTS, type AccountName } from '../../infra/mysql/accounts';
import { roleFiles, serverEnvironment, serverFiles, serverLogins } from '../../infra/mysql/pod-files';
import { SERVER_PATHS } from '../../infra/mysql/server-config';
import { planJobDatabase } from '../../infra/placement/job-database';
import { Configuration } from '../kube/configuration';
import { objectLabels, selectorLabels } from '../kube/labels';
import { type Conduit, type Peer, WorkloadPolicy } from '../kube/network-policy';
import { hardenedPod, type Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { WorkloadAccount } from '../kube/service-account';

const LABELS = { name: JOB_DATABASE.name, component: JOB_DATABASE.name } as const;

/** ConfigMap that says which server is the primary. */
const ROLE = `${JOB_DATABASE.name}-role`;

/** The database's pods, for the conduits of those that connect to it. */
export const JOB_DATABASE_PEER: Peer = { namespace: JOB_DATABASE.zone, labels: selectorLabels(LABELS) };

/** The memory that the database may use is kept for it: a server that is ended for want of memory is a server that is away. */
export function databaseResources({ database: { memoryMiB } }: Jobs): Resources {
  return { cpuMillis: [250, 2000], memoryMiB: [memoryMiB, memoryMiB] };
}

/** The Secret with a database user's name and password. */
export function databaseLogin(account: AccountName): Omit<SecretRequirement, 'source'> {
  const { user, purpose } = ACCOUNTS[account];
  return {
    namespace: JOB_DATABASE.zone,
    name: `${JOB_DATABASE.name}-${account}`,
    type: 'Opaque',
    keys: LOGIN_KEYS,
    content: { kind: 'password', username: user, purpose },
  };
}

/** What {@link JobDatabase} takes. */
export interface JobDatabaseProps {
  readonly plant: Plant;
  readonly jobs: Jobs;
  /** Pods of the cluster that may connect. */
  readonly clients: readonly Peer[];
}

/** Label that a StatefulSet gives each of its pods: the name of the pod. */
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const ORDINALS = [0, 1] as const;

/**
 * The job database: a server of MySQL or MariaDB with a volume of its own, which nothing of the model ever removes, and where the plan says so a
 * second one that follows it. Clients show a password over TLS; each has just the rights of its user.
 */
export class JobDatabase extends Construct {
  constructor(scope: Construct, id: string, { plant, jobs, clients }: JobDatabaseProps) {
    super(scope, id);
    const { name, zone: namespace, port } = JOB_DATABASE;
    const { engine, volume, nodePort } = jobs.database;
    const selector = selectorLabels(LABELS);
    const replicated = planJobDatabase(plant, jobs).design === 'replica';
    // The database is the primary alone, whoever connects.
    const primary = replicated ? { ...selector, [POD_NAME_LABEL]: `${name}-${jobs.database.primary}` } : selector;
    const certificate = `${name}-tls`;
    const account = new WorkloadAccount(this, 'account', { namespace, labels: LABELS, images: plant.images });
    const configuration = new Configuration(this, 'configuration', {
      name,
      namespace,
      labels: LABELS,
      files: serverFiles(jobs, replicated),
    });
    requireSecret(this, {
      namespace,
      name: certificate,
      type: 'kubernetes.io/tls',
      keys: CERTIFICATE_KEYS,
      content: {
        kind: 'certificate',
        commonName: name,
        dnsNames: [JOB_DATABASE, ...(replicated ? ORDINALS.map(jobDatabaseServer) : [])].map(serviceHost),
        usages: ['server'],
      },
    });
    const logins = serverLogins(jobs, replicated);
    for (const login of logins) requireSecret(this, databaseLogin(login));

    const ports = [{ name: 'mysql', port, targetPort: k8s.IntOrString.fromString('mysql'), protocol: 'TCP' }];
    new k8s.KubeService(this, 'service', {
      metadata: { name, namespace, labels: objectLabels(LABELS) },
      spec: { selector: primary, ports },
    });
    if (replicated) {
      for (const server of ORDINALS.map(jobDatabaseServer)) {
        new k8s.KubeService(this, server.name, {
          metadata: { name: server.name, namespace, labels: objectLabels(LABELS) },
          // The other one asks also while it is not ready.
          spec: { selector: { ...selector, [POD_NAME_LABEL]: server.name }, ports, publishNotReadyAddresses: true },
        });
      }
      // Read while the servers run: a digest in the pods would restart both, one of which may be on a node that is gone.
      new Configuration(this, 'role', { name: ROLE, namespace, labels: LABELS, files: roleFiles(jobs) });
    }
    if (nodePort) {
      new k8s.KubeService(this, 'node-port', {
        metadata: {
          name: `${name}-outside`,
          namespace,
          labels: objectLabels(LABELS),
          annotations: { 'millwright/reason': nodePort.reason },
        },
        spec: {
          type: 'NodePort',
          // Only the database's own node answers: a detour over another one would hide the client's address from the policy.
          externalTrafficPolicy: 'Local',
          selector: primary,
          ports: ports.map((service) => ({ ...service, nodePort: nodePort.port })),
        },
      });
    }
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels: LABELS,
      ingress: [
        ...[...clients, ...(replicated ? [JOB_DATABASE_PEER] : [])].map((peer): Conduit => ({ peer, ports: [port] })),
        ...(nodePort ? [{ peer: { networks: [...nodePort.networks].sort() }, ports: [port] } satisfies Conduit] : []),
      ],
      egress: replicated ? [{ peer: JOB_DATABASE_PEER, ports: [port] }] : [],
    });

    const ask = (what: string) => ['/bin/sh', `${SERVER_PATHS.configuration}/ask.sh`, what];
    new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata: { name, namespace, labels: objectLabels(LABELS) },
      spec: {
        // One for each volume: two servers on one would destroy it, and a StatefulSet never starts a pod again before the former is gone.
        replicas: replicated ? 2 : 1,
        // Neither waits for the other: one of them may be on a node that is gone.
        ...(replicated ? { podManagementPolicy: 'Parallel' } : {}),
        revisionHistoryLimit: 3,
        serviceName: name,
        updateStrategy: { type: 'RollingUpdate' },
        minReadySeconds: 10,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: objectLabels(LABELS), annotations: { ...configuration.podAnnotations } },
          spec: hardenedPod({
            containerName: engine,
            image: imageReference(IMAGES[engine], plant.images.registry),
            command: ['/bin/sh', `${SERVER_PATHS.configuration}/serve.sh`],
            args: [],
            env: [
              ...Object.entries(serverEnvironment(jobs, replicated)).map(([variable, value]) => ({ name: variable, value })),
              ...(replicated ? [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] : []),
            ],
            ports: [{ name: 'mysql', port }],
            // A server that recovers after a crash reads its whole log before it answers.
            health: { liveness: ask('alive'), readiness: ask('ready'), startSeconds: 900 },
            resources: databaseResources(jobs),
            mounts: [
              { name: 'configuration', path: SERVER_PATHS.configuration, from: { configMap: configuration.name } },
              { name: 'tls', path: MOUNTS.tls, from: { secret: certificate } },
              ...(replicated ? [{ name: 'role', path: SERVER_PATHS.role, from: { configMap: ROLE } }] : []),
              ...logins.map((login) => ({
                name: `login-${login}`,
                path: `${SERVER_PATHS.logins}/${login}`,
                from: { secret: databaseLogin(login).name },
              })),
              { name: 'data', path: SERVER_PATHS.data, from: { claim: true } },
              { name: 'run', path: SERVER_PATHS.run, from: { scratchMiB: 16 } },
              { name: 'tmp', path: SERVER_PATHS.temporary, from: { scratchMiB: 512 } },
            ],
            serviceAccount: account.name,
            priorityClass: 'plant-jobs',
            // It writes what it holds in memory; ended sooner, it would have to recover.
            terminationGraceSeconds: 120,
            ...(replicated ? { affinity: apart() } : {}),
          }),
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data', labels: objectLabels(LABELS) },
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: volume.class ?? plant.storage.class,
              resources: { requests: { storage: k8s.Quantity.fromString(`${volume.gib}Gi`) } },
            },
          },
        ],
      },
    });
  }
}

/** Never two servers on one node, and in two racks where the scheduler finds room. */
function apart(): k8s.Affinity {
  const term = (topologyKey: string) => ({ topologyKey, labelSelector: { matchLabels: { ...selectorLabels(LABELS) } } });
  return {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [term('kubernetes.io/hostname')],
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term('topology.kubernetes.io/zone') }],
    },
  };
}
