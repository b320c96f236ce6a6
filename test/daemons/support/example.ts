import { checkEstate } from '../../../infra/estate/check';
import type { Plant } from '../../../infra/model/plant';
import example from '../../../infra/sites/estate';

/** The parts of the example estate that tests change. */
export interface ExampleData {
  readonly centrals: { readonly sheffield: { certificateAuthority?: string } };
  readonly plants: {
    readonly leeds: {
      racks: Record<string, Record<string, { specialised?: string }>>;
      kubernetes: { controlPlane: string[] };
      machines: Record<string, { type: string; address: string; runsOn?: string; differs?: unknown }>;
      uplink: { bridges: string };
      jobs: { orchestrator: unknown };
    };
  };
  readonly machineTypes: Record<string, unknown>;
}

/**
 * The plant of the example estate, changed as a test wants it.
 *
 * @throws with the problems when the door refuses the change
 */
export function examplePlant(change: (estate: ExampleData) => void = () => {}): Plant {
  const estate = structuredClone(example) as unknown as ExampleData;
  change(estate);
  const { plants, problems } = checkEstate(estate);
  const [plant] = plants;
  if (!plant) throw new Error(JSON.stringify(problems, null, 2));
  return plant;
}

/** Leaves two general-purpose nodes, so that the plant broker has one server, and the job database’s backups another node. */
export function withOneBroker({ plants: { leeds } }: ExampleData): void {
  leeds.kubernetes.controlPlane = ['a1'];
  leeds.racks = { a: { a1: { ...leeds.racks.a?.a1 }, a2: { ...leeds.racks.a?.a2 } }, b: { b2: { ...leeds.racks.b?.b2 } } };
}
