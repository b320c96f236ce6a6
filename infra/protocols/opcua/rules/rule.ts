import type { Problem } from '../../../model/problem';
import type { PathOf } from '../../protocol';
import type { OpcUaMachine } from '../settings';

/** One invariant of a machine with an OPC UA server: what is wrong, nothing when all is well. Never throws. */
export type OpcUaRule = (machine: OpcUaMachine, pathOf: PathOf) => Problem[];
