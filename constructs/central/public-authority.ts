import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { CENTRAL_MOUNTS, CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { nameDigest } from '../kube/digest';
import { javaTrustStore } from '../kube/java-trust-store';
import { objectLabels } from '../kube/labels';
import type { Mount } from '../kube/pod';

/** Name of the ConfigMap with the certificates that sign the public names of the centre. */
const NAME = 'public-authority';

/** Its files: for programs that read PEM, and for Java. */
const FILES = { pem: 'ca.crt', java: 'ca.jks' } as const;

/** What a pod of the centre needs to trust the public names of the centre. */
export interface TrustsPublicNames {
  readonly mounts: readonly Mount[];
  /** For programs of Node.js, which trust these certificates beside the public authorities. */
  readonly env: Readonly<Record<string, string>>;
  /** For programs of Java, which then trust these certificates alone. */
  readonly javaEnv: Readonly<Record<string, string>>;
  /** Start it again when the certificates change: programs read them once. */
  readonly podAnnotations: Readonly<Record<string, string>>;
}

/**
 * What a pod needs that asks the centre by its public names: nothing where public authorities sign them, or where nothing is signed. ACS 6.8.1
 * mounts no authority anywhere, so that it works with public ones only.
 */
export function publicAuthority({ contract }: Pick<CentralCluster, 'contract'>): TrustsPublicNames {
  const { certificateAuthority, tls } = contract;
  if (certificateAuthority === undefined || !tls) return { mounts: [], env: {}, javaEnv: {}, podAnnotations: {} };
  const file = (name: string) => `${CENTRAL_MOUNTS.authority}/${name}`;
  return {
    mounts: [{ name: 'public-authority', path: CENTRAL_MOUNTS.authority, from: { configMap: NAME } }],
    env: { NODE_EXTRA_CA_CERTS: file(FILES.pem) },
    javaEnv: { JAVA_TOOL_OPTIONS: `-Djavax.net.ssl.trustStore=${file(FILES.java)} -Djavax.net.ssl.trustStoreType=JKS` },
    podAnnotations: { 'millwright/public-authority': nameDigest(certificateAuthority) },
  };
}

/** The certificates that sign the public names of the centre, for all of its pods that {@link publicAuthority} mounts them in. */
export class PublicAuthority extends Construct {
  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const { certificateAuthority, tls } = central.contract;
    if (certificateAuthority === undefined || !tls) return;
    new k8s.KubeConfigMap(this, 'config-map', {
      metadata: {
        name: NAME,
        namespace: CENTRAL_NAMESPACE,
        labels: objectLabels({ name: NAME, component: 'configuration' }),
      },
      data: { [FILES.pem]: certificateAuthority },
      binaryData: { [FILES.java]: javaTrustStore(certificateAuthority).toString('base64') },
    });
  }
}
