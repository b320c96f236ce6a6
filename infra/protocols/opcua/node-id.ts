import type { Refusal } from '../refusal';
import { diagnoseNodeId, diagnoseOpaque } from './node-id-hints';

/**
 * What names a node in the server's address space (OPC UA part 6, 5.3.1.10): the number of a namespace, 0–65535, and an identifier: a
 * number (i), a text (s), a GUID (g) or bytes in Base64 (b).
 */
export type NodeId =
  | { readonly ns: number; readonly kind: 'i'; readonly id: number }
  | { readonly ns: number; readonly kind: 's' | 'g' | 'b'; readonly id: string };

/** The largest number of a namespace. */
export const MAX_NAMESPACE = 65_535;

/** The largest numeric identifier. */
export const MAX_NUMERIC = 4_294_967_295;

const PATTERN = /^ns=([0-9]+);([isgb])=(.+)$/;
const GUID = /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

/**
 * Reads a node id as OPC UA clients show it: `ns=2;s=Machine.State`, `ns=3;i=1001`, `ns=3;s="Press"."force"`, `ns=4;g=…`, `ns=2;b=…`.
 * Whatever stands behind `s=` is the text of the identifier, with quotes, spaces and semicolons. The namespace is always said, and
 * numbers have no leading zeros. Never throws.
 */
export function parseNodeId(text: string): NodeId | Refusal {
  const match = PATTERN.exec(text);
  if (!match) return diagnoseNodeId(text);
  const [, nsText = '', kind = '', id = ''] = match;
  if (/^0[0-9]/.test(nsText) || (kind === 'i' && /^0[0-9]/.test(id))) {
    const plain = (digits: string) => digits.replace(/^0+(?=[0-9])/, '');
    return { error: 'has a number with a leading zero', instead: `write ns=${plain(nsText)};${kind}=${kind === 'i' ? plain(id) : id}` };
  }
  const ns = Number(nsText);
  if (ns > MAX_NAMESPACE) {
    return {
      error: `names namespace ${nsText}; namespaces have numbers from 0 to ${MAX_NAMESPACE}`,
      instead: 'write the number that the server shows',
    };
  }
  switch (kind) {
    case 'i':
      if (!/^[0-9]+$/.test(id)) {
        return {
          error: 'says that its identifier is a number (i), and it is none',
          instead: `write ns=${ns};s=${id} when the identifier is a text`,
        };
      }
      if (Number(id) > MAX_NUMERIC) {
        return {
          error: `has the number ${id}; numeric identifiers go up to ${MAX_NUMERIC}`,
          instead: 'write the number that the server shows',
        };
      }
      return { ns, kind, id: Number(id) };
    case 'g':
      if (!GUID.test(id)) {
        const bare = id.replace(/^\{(.*)\}$/, '$1');
        return {
          error: 'says that its identifier is a GUID (g), and it is none',
          instead: GUID.test(bare) ? `write ns=${ns};g=${bare}` : 'write it like 09087e75-8e5e-499b-954f-f2a9603db28a',
        };
      }
      return { ns, kind, id };
    case 'b':
      return isBase64(id) ? { ns, kind, id } : diagnoseOpaque(ns, id);
    default:
      return { ns, kind: 's', id };
  }
}

/** The one spelling of a node id: what {@link parseNodeId} reads back. */
export function formatNodeId({ ns, kind, id }: NodeId): string {
  return `ns=${ns};${kind}=${id}`;
}

/** True when two node ids are of the same node: the digits of a GUID have no case. */
export function isSameNode(a: NodeId, b: NodeId): boolean {
  const key = (node: NodeId) => (node.kind === 'g' ? formatNodeId(node).toLowerCase() : formatNodeId(node));
  return key(a) === key(b);
}

/** Base64 as RFC 4648 writes it: padded, and without bits that mean nothing. */
function isBase64(text: string): boolean {
  return (
    text.length % 4 === 0 &&
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)$/.test(text)
  );
}
