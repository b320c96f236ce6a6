import { checkEstate } from '../../infra/estate/check';
import { kubeNode } from '../../infra/placement/kube-node';
import { plantManifests } from '../../stacks/manifest/build';
import { edgeEstate } from '../support/edge-estate';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { buildPrograms } from './programs/build';
import { type ControlPlane, startControlPlane } from './support/control-plane';
import { type KwokNodes, startKwok } from './support/kwok-nodes';
import type { Pod } from './support/pods';

const buildMinutes = 40;
/** Nodes of the plant that take what is bound to none. */
const general = ['a1', 'a2', 'b1'];

let workDir: WorkDir;
let controlPlane: ControlPlane;
let kwok: KwokNodes;

/** A plant's floating edge agent, and its pinned one, on a real API server with the real scheduler. */
beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  controlPlane = await startControlPlane({ programs, workDir: workDir.path });
  const [plant] = checkEstate(edgeEstate()).plants;
  if (!plant) throw new Error('the estate is not in order');
  kwok = await startKwok(controlPlane, plant.nodes.map(kubeNode));
  const objects = plantManifests(plant).entries.map(({ object }) => object);
  const needed = objects.filter(
    ({ kind, metadata }) =>
      kind === 'PriorityClass' ||
      (kind === 'Namespace' && metadata.name === 'factory-plus') ||
      (metadata.namespace === 'factory-plus' && (kind === 'ResourceQuota' || metadata.name.startsWith('edge-agent-'))),
  );
  // Custom resources are for operators, which do not run here.
  await controlPlane.apply(...needed.filter(({ apiVersion }) => !apiVersion.includes('amrc')));
}, buildMinutes * 60_000);

afterAll(async () => {
  await kwok?.stop();
  await controlPlane?.stop();
  await workDir?.remove();
});

/** The node on which an agent's pod runs that is not about to go. */
async function nodeOf(agent: string, isMeant: (node: string) => boolean): Promise<string> {
  return await eventually(`the agent of ${agent} to run where it may`, 120_000, async () => {
    const { items } = await controlPlane.api.get<{ items: Pod[] }>('/api/v1/namespaces/factory-plus/pods');
    const found = items.filter(
      ({ metadata, status, spec }) =>
        metadata.name.startsWith(`edge-agent-${agent}-`) &&
        !metadata.deletionTimestamp &&
        status.phase === 'Running' &&
        isMeant(spec.nodeName ?? ''),
    );
    const [pod] = found;
    if (!pod?.spec.nodeName)
      throw new Error(`there are ${items.map(({ metadata, status }) => `${metadata.name} ${status.phase}`).join(', ')}`);
    return pod.spec.nodeName;
  });
}

test('a floating edge agent runs on a general-purpose node, and on another one when that is lost; a pinned one on its own node', async () => {
  expect(await nodeOf('meter-1', () => true)).toBe('b2');
  const first = await nodeOf('cell-1', () => true);
  expect(general).toContain(first);

  await kwok.loseNode(first);
  const second = await nodeOf('cell-1', (node) => node !== first);
  expect(general.filter((node) => node !== first)).toContain(second);
}, 300_000);
