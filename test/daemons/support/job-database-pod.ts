import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plant } from '../../../infra/model/plant';
import { JOB_DATABASE, serviceHost } from '../../../infra/model/services';
import { plantManifests } from '../../../stacks/manifest/build';
import { type ProcessGroup, processGroup } from '../../support/process-group';
import { installDebianPackages } from '../programs/debian';
import { DebianPod, type ScriptPodTemplate, volumeFolder } from './debian-pod';
import { type FileSource, objectOf } from './files';
import type { Host } from './network';

/**
 * The rendered server of a plant's job database beside other programs of the plant; its engine must be MariaDB. It ends with the group that
 * is returned, which its caller stops.
 *
 * @param folder for its files
 */
export async function jobDatabasePod(
  plant: Plant,
  { host, folder, files }: { readonly host: Host; readonly folder: string; readonly files: FileSource },
): Promise<{ readonly pod: DebianPod; readonly group: ProcessGroup }> {
  await installDebianPackages(() => {});
  const { name, zone } = JOB_DATABASE;
  const group = processGroup(join(folder, name));
  mkdirSync(group.workDir, { recursive: true });
  const { template } = objectOf(plantManifests(plant), 'StatefulSet', zone, name).spec as { template: { spec: ScriptPodTemplate } };
  const pod = new DebianPod(group, {
    name,
    template: template.spec,
    host,
    hosts: `127.0.0.1 localhost\n${host.address} ${serviceHost(JOB_DATABASE)}\n`,
    claim: (claim) => volumeFolder(join(group.workDir, 'volumes', claim)),
    files: (kind, file) => files(kind, zone, file),
  });
  return { pod, group };
}
