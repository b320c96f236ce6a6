import { join } from 'node:path';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import { CENTRAL_NAMESPACE, HISTORIAN, PLANT_DATA_INGESTER } from '../../../infra/model/central-services';
import { serviceHost } from '../../../infra/model/services';
import type { KubeObject, ManifestSet } from '../../../stacks/manifest/manifest-set';
import { newAuthority, type PlantAuthority, trustedCertificates } from '../../../stacks/secrets/authority';
import type { Login } from '../../../stacks/secrets/fill';
import type { ProcessGroup } from '../../support/process-group';
import type { Programs } from '../programs/programs';
import { DebianPod, type ScriptPodTemplate, volumeFolder } from './debian-pod';
import { filesOf, objectOf } from './files';
import type { Gate } from './gate';
import { HistorianOnTrial, programFolder, serverTemplate } from './historian';
import type { Host, Network } from './network';
import { Pod, type PodTemplate } from './pod';
import { SecretDoor } from './secret-door';

/** The ingester's login at the central broker: its password has characters that a configuration would have to escape. */
export const INGESTER_USER: Login = { username: 'sv1plantdataingester', password: 'so "many" $rows \\ @{x:y}' };

/** The parts of a centre behind its broker; none of them runs yet. */
export interface CentreLayout {
  readonly historian: HistorianOnTrial;
  readonly ingester: Pod;
  /** The Job that sets the historian up. */
  readonly setup: DebianPod;
  /** Where it keeps tokens. */
  readonly secretDoor: SecretDoor;
}

/** What {@link layOutCentre} takes. */
export interface CentreLayoutOptions {
  readonly cluster: CentralCluster;
  /** Its objects, the historian's and the ingester's among them. */
  readonly set: ManifestSet;
  readonly programs: Programs;
  readonly group: ProcessGroup;
  readonly network: Network;
  readonly gate: Gate;
  /** Where the central broker is. */
  readonly broker: Host;
  /** PEM of the public authorities of the images. */
  readonly publicAuthorities: string;
  /** Changes the content of a ConfigMap's file. @default - all run as they are generated */
  readonly rewrite?: (text: string) => string;
  /** Puts a disk of its own under the historian's volume: the words that lead there. @default - none */
  readonly disk?: (volume: string) => Promise<readonly string[]>;
  /** The cluster's own authority. @default - a new one */
  readonly authority?: PlantAuthority;
  /** The ingester's login at the central broker. @default {@link INGESTER_USER} */
  readonly login?: Login;
}

/** Lays historian, ingester and the historian's setup out on a network, as they are rendered. */
export async function layOutCentre(options: CentreLayoutOptions): Promise<CentreLayout> {
  const { cluster, set, programs, group, network, gate, broker, rewrite = (text) => text } = options;
  const authority = options.authority ?? newAuthority(cluster.name, new Date());
  const logins: Record<string, Login> = { [`${CENTRAL_NAMESPACE}/${PLANT_DATA_INGESTER.name}-login`]: options.login ?? INGESTER_USER };
  const loginOf = (secret: string) => {
    const login = logins[secret];
    if (!login) throw new Error(`no test gives the login ${secret}`);
    return login;
  };
  const files = filesOf(set, authority, loginOf, rewrite);
  const historianHost = await network.host(HISTORIAN.name, '192.0.2.10');
  const ingesterHost = await network.host(PLANT_DATA_INGESTER.name, '192.0.2.11');
  const setupHost = await network.host('setup', '192.0.2.12');
  const secretDoor = new SecretDoor(group, setupHost);
  await secretDoor.open();
  const hosts = [
    '127.0.0.1 localhost',
    secretDoor.hosts,
    `${broker.address} ${cluster.contract.mqtt.host}`,
    `${historianHost.address} ${serviceHost(HISTORIAN)}`,
    '',
  ].join('\n');
  const pod = (name: string, owner: KubeObject, host: Host) =>
    new Pod(group, {
      name,
      template: (owner.spec as { template: { spec: PodTemplate } }).template.spec,
      host,
      programs: { telegraf: programs.telegraf },
      files: (kind, fileSet) => files(kind, CENTRAL_NAMESPACE, fileSet),
      hosts,
      publicAuthorities: options.publicAuthorities,
    });
  // The words that lead to its host are completed once its volume is there.
  const enter = [...historianHost.enter];
  const volume = volumeFolder(join(group.workDir, 'historian-data'));
  const historianPod = new DebianPod(group, {
    name: HISTORIAN.name,
    template: serverTemplate(objectOf(set, 'StatefulSet', CENTRAL_NAMESPACE, HISTORIAN.name)),
    host: { ...historianHost, enter },
    hosts,
    files: (kind, fileSet) => files(kind, CENTRAL_NAMESPACE, fileSet),
    claim: (name) => (name === 'programs' ? programFolder(group.workDir, programs.influxd) : volume),
  });
  enter.push(...((await options.disk?.(volume)) ?? []));
  const job = objectOf(set, 'Job', CENTRAL_NAMESPACE, `${HISTORIAN.name}-setup`);
  const template = (job.spec as { template: { spec: ScriptPodTemplate } }).template.spec;
  return {
    secretDoor,
    historian: new HistorianOnTrial(gate, historianPod, {
      address: historianHost.address,
      serverName: serviceHost(HISTORIAN),
      port: HISTORIAN.port,
      authority: trustedCertificates(authority, new Date()).join(''),
      token: files('secret', CENTRAL_NAMESPACE, `${HISTORIAN.name}-admin`).password ?? '',
    }),
    ingester: pod(PLANT_DATA_INGESTER.name, objectOf(set, 'Deployment', CENTRAL_NAMESPACE, PLANT_DATA_INGESTER.name), ingesterHost),
    setup: new DebianPod(group, {
      name: 'setup',
      template: secretDoor.given(template),
      host: setupHost,
      hosts,
      files: (kind, fileSet) => secretDoor.files(fileSet, () => files(kind, CENTRAL_NAMESPACE, fileSet)),
      claim: (name) => {
        throw new Error(`the setup has no volume ${name}`);
      },
    }),
  };
}
