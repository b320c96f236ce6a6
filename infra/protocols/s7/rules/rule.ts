import type { Problem } from '../../../model/problem';
import type { PathOf } from '../../protocol';
import type { S7Machine } from '../settings';

/** One invariant of a machine with a SIMATIC controller: what is wrong, nothing when all is well. Never throws. */
export type S7Rule = (machine: S7Machine, pathOf: PathOf) => Problem[];
