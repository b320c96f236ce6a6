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
  if (path[0] === 'plants' && path.length === 2 && key === 'softGateways') {
    return {
      error: 'is refused: a cluster of soft gateways is part of no plant',
      instead: 'describe it beside plants, under softGateways at the top of the estate; an agent of this plant is one of its machines',
    };
  }
  return undefined;
}

/**
 * What a key is called in a mapping that has another word for the same thing; undefined where it has none.
 *
 * @param path of the mapping that the key is in, from the root of the estate
 */
export function otherWord(path: readonly PathStep[], key: string): string | undefined {
  return path[0] === 'softGateways' && path.length === 2 && key === 'machines' ? 'agents' : undefined;
}
