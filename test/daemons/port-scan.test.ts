import { plantManifests } from '../../stacks/manifest/build';
import { type ProcessGroup, processGroup } from '../support/process-group';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { getPrograms } from './programs/programs';
import { examplePlant, withOneBroker } from './support/example';
import { objectOf } from './support/files';
import { makeNetwork, onHost } from './support/network';

/** Listens on two ports, one of them beyond what is scanned. */
const LISTENER = `for (const port of [102, 301]) require('node:net').createServer((socket) => socket.destroy()).listen(port);
console.log('listens');`;

describe('a port scan', () => {
  let workDir: WorkDir;
  let group: ProcessGroup;

  beforeAll(async () => {
    await getPrograms();
    workDir = await makeWorkDir();
    group = processGroup(workDir.path);
  }, 60_000);
  afterAll(async () => {
    await group?.stop();
    await workDir?.remove();
  });

  test('as it is rendered finds what is open among its ports, and looks at no other', async () => {
    const plant = examplePlant((estate) => {
      withOneBroker(estate);
      Object.assign(estate.plants.leeds, {
        portScan: { reason: 'Inventory', targets: ['10.20.1.11', '10.20.1.12/31'], ports: [1, 300] },
      });
    });
    const job = objectOf(plantManifests(plant), 'Job', 'debug', 'port-scan') as unknown as {
      spec: { template: { spec: { containers: [{ command: string[]; args: string[] }] } } };
    };
    const [{ command, args }] = job.spec.template.spec.containers;
    expect(command).toEqual(['nmap']);
    const network = await makeNetwork(group);
    const scanner = await network.host('scanner', '10.244.0.2');
    const listener = group.start({
      name: 'listener',
      ...onHost(await network.host('press-1', '10.20.1.11'), process.execPath, ['-e', LISTENER]),
    });
    await listener.ready(async () => {
      if (!listener.log().includes('listens')) throw new Error('not yet');
    }, 10_000);
    // The other addresses are there, and nobody listens: nothing answers for 10.20.1.13.
    await network.host('press-2', '10.20.1.12');

    const started = Date.now();
    const scan = group.start({ name: 'nmap', ...onHost(scanner, '/usr/bin/nmap', ['--unprivileged', ...args]) });
    const said = await eventually('the end of the scan', 60_000, () => {
      const log = scan.log(200);
      if (!log.includes('Nmap done')) throw new Error(log);
      return log;
    });
    expect(said.match(/^\d+\/tcp.*$/gm)).toEqual([expect.stringMatching(/^102\/tcp +open/)]);
    expect(said).toContain('3 IP addresses');
    // 600 ports that refuse, at 100 a second; a scan that went faster would not keep to its rate.
    expect(Date.now() - started).toBeGreaterThan(5_000);
  }, 90_000);
});
