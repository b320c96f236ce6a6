/** Controller families that speak S7 communication with absolute addresses. A CPU of an ET 200SP is an S7-1500; a LOGO! is none of them. */
export const CONTROLLERS = ['S7-300', 'S7-400', 'S7-1200', 'S7-1500'] as const;

/** @see {@link CONTROLLERS} */
export type S7Controller = (typeof CONTROLLERS)[number];

/** What Millwright knows of a controller family. */
export interface ControllerFacts {
  /**
   * Slot of the CPU when the machine type states none. Fixed at 2 in an S7-300; an S7-1200 and S7-1500 answer at 0 and 1; an S7-400
   * has it wherever the hardware configuration puts it, behind a double-width power supply at 3 (snap7 documentation, Cli_ConnectTo).
   */
  readonly slot: number;
  /** Slots at which the CPU can be; absent when the hardware configuration decides. Same source. */
  readonly slots?: readonly number[];
  /**
   * Bytes of the largest S7 message that gateway and controller agree on. The gateway's library asks for 480 (gos7 tcpclient.go,
   * pduSizeRequested). S7-300 answers 240 and S7-400 480 (Siemens, System Software for S7-300/400, A5E00739858, p. 21-4); a CPU 1212C
   * answered 240 (robinson/gos7#56); an S7-1500 could do 960 (python-snap7#521), so 480 holds.
   */
  readonly pduBytes: number;
  /**
   * Milliseconds to reckon with for one request and its answer. An assumption, on the careful side: a controller serves communication
   * between program cycles, so an answer takes a cycle or two. Measure yours when the estimate matters.
   */
  readonly requestMs: number;
  /**
   * Connections for all that read the controller, an assumption on the careful side: an S7-1200 and the small S7-300 have a handful, a
   * CPU 317-2 has 32, an S7-1500 two or three times as many.
   */
  readonly connections: number;
}

const FACTS: Record<S7Controller, ControllerFacts> = {
  'S7-300': { slot: 2, slots: [2], pduBytes: 240, requestMs: 50, connections: 6 },
  'S7-400': { slot: 3, pduBytes: 480, requestMs: 20, connections: 16 },
  'S7-1200': { slot: 1, slots: [0, 1], pduBytes: 240, requestMs: 50, connections: 6 },
  'S7-1500': { slot: 1, slots: [0, 1], pduBytes: 480, requestMs: 20, connections: 32 },
};

/** The facts of a controller family. */
export function controllerFacts(controller: S7Controller): ControllerFacts {
  return FACTS[controller];
}
