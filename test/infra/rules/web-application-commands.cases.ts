import { JOBS, OWN } from './agents';
import { withCluster } from './central-cluster-of';
import { found } from './found';

/** A centre whose web application may command these, with the plant york, which takes commands. */
const commanding = (commands: readonly string[], takesCommands = true) => {
  const part = { image: OWN.image };
  return withCluster({ webApplication: { frontEnd: part, backEnd: part, commands } }, (_centre, estate) => {
    if (!takesCommands) return;
    estate.machineTypes.press.agent = { ...OWN, commands: [{ port: 102, purpose: 'S7 communication' }] };
    estate.plants.york.jobs = structuredClone(JOBS);
  });
};

describe('the rule that a web application commands plants that take commands', () => {
  test('a plant of the centre with an orchestrator is in order, and so is none', () => {
    expect(found('web-application-commands', commanding(['york']))).toEqual([]);
    expect(found('web-application-commands', commanding([]))).toEqual([]);
  });

  test('a plant that does not exist is refused, and the one that was meant is named', () => {
    expect(found('web-application-commands', commanding(['yorck']))).toEqual([
      'error: centrals.centre.cluster.webApplication.commands[0]: "yorck" is no plant; centre has york; write york, or another plant of this centre',
    ]);
    expect(found('web-application-commands', commanding(['constructor']))).toEqual([
      'error: centrals.centre.cluster.webApplication.commands[0]: "constructor" is no plant; centre has york; name a plant of this centre',
    ]);
  });

  test('a plant of another centre is refused', () => {
    const estate = commanding(['york', 'leeds']);
    estate.centrals.other = { organisation: 'Other', domain: 'other.example.com', addresses: ['192.0.2.16/28'] };
    estate.plants.leeds = { ...structuredClone(estate.plants.york), central: 'other' };
    expect(found('web-application-commands', estate)).toEqual([
      'error: centrals.centre.cluster.webApplication.commands[1]: "leeds" is a plant of other, not of centre; name a plant of this centre',
    ]);
  });

  test('a plant without a job orchestrator is refused', () => {
    expect(found('web-application-commands', commanding(['york'], false))).toEqual([
      'error: centrals.centre.cluster.webApplication.commands[0]: "york" takes no commands: it has no job orchestrator; describe plants.york.jobs.orchestrator, or take it from the list',
    ]);
  });
});
