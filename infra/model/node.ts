import { z } from 'zod';
import { nameSchema } from './name';
import { addressSchema } from './network';
import { lineOfText } from './text';

/**
 * Taint key of a node that takes no general-purpose workload: only what is targeted at that host tolerates it (ACS 3 documentation,
 * "Edge clusters"). Its value tells people why and is ignored by programs.
 */
export const SPECIALISED_TAINT = 'factoryplus.app.amrc.co.uk/specialised';

/** A kind of computer, described once and used for every node that is one. */
export const nodeTypeSchema = z.strictObject({
  description: lineOfText().optional().describe('What the computer is, for people'),
  architecture: z.enum(['amd64', 'arm64']).default('amd64').describe('Processor architecture'),
  cpuCores: z.number().int().min(1).max(256).describe('Processor cores, 1–256'),
  memoryMiB: z.number().int().min(512).max(1_048_576).describe('Memory in MiB, 512–1048576'),
  storageGiB: z.number().int().min(8).max(65_536).describe('Disk that volumes may use, in GiB, 8–65536'),
  reservedCpuMillis: z
    .number()
    .int()
    .min(0)
    .max(64_000)
    .default(500)
    .describe('Processor time kept for the operating system and the kubelet, in thousandths of a core'),
  reservedMemoryMiB: z
    .number()
    .int()
    .min(0)
    .max(65_536)
    .default(768)
    .describe('Memory kept for the operating system and the kubelet, in MiB, eviction threshold included'),
});
/** A kind of computer as the schema returned it. */
export type NodeType = z.output<typeof nodeTypeSchema>;

/** Key of a taint or label: a name of up to 63 characters, with an optional DNS domain before a slash. */
const TAINT_KEY = /^(?:[a-z0-9](?:[a-z0-9.-]{0,200}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** A taint that a node has for reasons of its own. */
const taintSchema = z.strictObject({
  key: z
    .string()
    .max(253)
    .regex(TAINT_KEY, 'must be the key of a taint, such as example.com/gpu')
    .refine((key) => key !== SPECIALISED_TAINT, 'must not be the taint that specialised sets: state specialised')
    .describe('Key of the taint, such as node-role.kubernetes.io/control-plane'),
  value: z
    .string()
    .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/, 'must be letters, digits, dots, hyphens and underscores, at most 63')
    .default('')
    .describe('Value of the taint. Default: it has none'),
  effect: z.enum(['NoSchedule', 'NoExecute', 'PreferNoSchedule']).describe('What becomes of a pod that does not tolerate it'),
});

/** A node as the estate states it: a type, and what is particular to this one. Its rack and name are its keys. */
export const nodeSchema = z.strictObject({
  type: nameSchema.describe('Name of a node type'),
  address: addressSchema.optional().describe('IP address of the node in the plant network'),
  specialised: lineOfText(63)
    .regex(
      /^[A-Za-z0-9](?:[A-Za-z0-9 ._-]*[A-Za-z0-9])?$/,
      'must be letters, digits, spaces, dots, hyphens and underscores: it becomes a taint value',
    )
    .optional()
    .describe('Why this node takes no general-purpose workload; sets the taint factoryplus.app.amrc.co.uk/specialised'),
  taints: z
    .array(taintSchema)
    .max(16)
    .default([])
    .describe('Further taints that the node has: what runs there besides the plant’s own tolerates them. Nothing of Millwright’s does'),
});

/** A taint as Kubernetes has it. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule' | 'NoExecute' | 'PreferNoSchedule';
}

/** A node with everything known of it. */
export interface Node {
  readonly name: string;
  /** Rack that holds it: its failure domain, and the value of `topology.kubernetes.io/zone` on the node. */
  readonly rack: string;
  readonly type: string;
  readonly hardware: NodeType;
  readonly address?: string;
  /** Taints it registers with; empty on a node for general-purpose workloads. */
  readonly taints: readonly Taint[];
}

/**
 * The taints that a node registers with: of a specialised one with effect NoExecute, as the ACS documentation advises, and spaces in the
 * reason become hyphens; then its further taints by key.
 */
export function taintsOf(node: z.output<typeof nodeSchema>): Taint[] {
  const own = [...node.taints].sort((a, b) => (`${a.key} ${a.effect}` < `${b.key} ${b.effect}` ? -1 : 1));
  if (node.specialised === undefined) return own;
  return [{ key: SPECIALISED_TAINT, value: node.specialised.replaceAll(' ', '-'), effect: 'NoExecute' }, ...own];
}

/** True when a workload that names no node may run here. */
export function isGeneralPurpose(node: Pick<Node, 'taints'>): boolean {
  return node.taints.every((taint) => taint.effect === 'PreferNoSchedule');
}
