import type { PathStep } from '../model/path';
import { AGENTS_ELSEWHERE, CENTRE_WITHOUT_AGENTS } from '../model/soft-gateways';
import type { Refusal } from '../protocols/refusal';

/** Keys under which somebody may look for edge agents, or for what they read, at a central cluster. */
const AGENT_KEYS: readonly string[] = ['agents', 'edgeAgents', 'gateways', 'machines', 'softGateways'];

/**
 * Why a key that the schema does not know is refused on purpose, and what to write instead; undefined for one that is merely unknown.
 *
 * @param path of the mapping that the key is in, from the root of the estate
 */
export function refusedKey(path: readonly PathStep[], key: string): Refusal | undefined {
  const atCentre = path[0] === 'centrals' && (path.length === 2 || (path.length === 3 && path[2] === 'cluster'));
  if (atCentre && AGENT_KEYS.includes(key)) return { error: `is refused: ${CENTRE_WITHOUT_AGENTS}`, instead: AGENTS_ELSEWHERE };
  return undefined;
}
