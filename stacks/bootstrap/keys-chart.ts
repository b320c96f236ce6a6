import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { ACS_AFFINITY, ACS_MOUNTS } from '../../constructs/kube/acs-image';
import { Configuration } from '../../constructs/kube/configuration';
import { objectLabels } from '../../constructs/kube/labels';
import { WorkloadPolicy } from '../../constructs/kube/network-policy';
import { hardenedPod } from '../../constructs/kube/pod';
import { WorkloadAccount } from '../../constructs/kube/service-account';
import { toKrb5Conf } from '../../infra/formats/krb5-conf';
import { edgeKerberosConfiguration } from '../../infra/kerberos/client';
import { FIRST_KEYS_FILE, FIRST_KEYS_FOLDER, FIRST_KEYS_MEMORY, FIRST_KEYS_SCRIPT } from '../../infra/kerberos/first-keys';
import { CENTRAL_COMPONENTS } from '../../infra/model/central-components';
import type { FactoryPlusCluster } from '../../infra/model/edge-cluster';
import { EDGE_ZONE } from '../../infra/model/edge-services';
import { IMAGES, imageReference } from '../../infra/model/image';
import type { KubeObject } from '../manifest/manifest-set';

/** The pod that makes the first two principals of an edge cluster, and the name of its other objects. ACS 6.8.1 calls its own so. */
export const KEYS_POD = { name: 'edge-bootstrap', namespace: EDGE_ZONE, priorityClass: 'plant-operations' } as const;

const LABELS = { name: KEYS_POD.name, component: 'bootstrap' };

/** Seconds after which the pod ends by itself, should nobody remove it. */
const LIVES_SECONDS = 3600;

/**
 * What makes the first two principals: a pod that waits to be told what to do, without a right in the cluster, on the way to the DNS and to
 * the KDC and kadmind of the centre alone. It is there only while `bootstrap.sh` runs.
 */
export function keysObjects(cluster: FactoryPlusCluster): KubeObject[] {
  const chart = new Chart(new App(), 'keys', { disableResourceNameHashes: true });
  const { namespace, name, priorityClass } = KEYS_POD;
  const { kdc, kadmin } = CENTRAL_COMPONENTS.ingress.ports;
  new WorkloadAccount(chart, 'account', { namespace, labels: LABELS, images: cluster.images });
  new WorkloadPolicy(chart, 'policy', {
    namespace,
    labels: LABELS,
    egress: [
      // Its zone's own policy may not be there yet.
      ...(['UDP', 'TCP'] as const).map((protocol) => ({
        peer: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
        ports: [53] as const,
        protocol,
      })),
      { peer: { networks: cluster.contract.addresses }, ports: [kdc.service, kadmin.service] },
    ],
  });
  const { name: configMap } = new Configuration(chart, 'configuration', {
    name,
    namespace,
    labels: LABELS,
    files: { 'krb5.conf': toKrb5Conf(edgeKerberosConfiguration(cluster.contract)), [FIRST_KEYS_FILE]: FIRST_KEYS_SCRIPT },
  });
  const pod = hardenedPod({
    containerName: 'kerberos',
    image: imageReference(IMAGES.acsKrbKeysOperator, cluster.images.registry),
    command: ['/bin/sh', '-c'],
    args: [`trap 'exit 0' TERM; sleep ${LIVES_SECONDS} & wait`],
    env: [
      { name: 'KRB5_CONFIG', value: `${ACS_MOUNTS.kerberos}/krb5.conf` },
      { name: 'MEMORY', value: FIRST_KEYS_MEMORY },
    ],
    ports: [],
    restartPolicy: 'Never',
    resources: { cpuMillis: [10, 200], memoryMiB: [16, 64] },
    mounts: [
      { name: 'kerberos', path: `${ACS_MOUNTS.kerberos}/krb5.conf`, file: 'krb5.conf', from: { configMap } },
      { name: 'script', path: FIRST_KEYS_FOLDER, from: { configMap } },
    ],
    serviceAccount: LABELS.name,
    priorityClass,
    terminationGraceSeconds: 5,
    affinity: ACS_AFFINITY,
  });
  new k8s.KubePod(chart, 'pod', {
    metadata: { name, namespace, labels: objectLabels(LABELS) },
    spec: { ...pod, activeDeadlineSeconds: LIVES_SECONDS },
  });
  return chart.toJson() as KubeObject[];
}
