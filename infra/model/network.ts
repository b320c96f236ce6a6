import * as ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** An IPv4 or IPv6 network in CIDR notation whose host bits are zero. */
export type Cidr = string;

/** An IPv4 address in dotted notation, or an IPv6 address in its shortest form. */
export type Address = string;

/** First and last address of a network as numbers that compare. */
interface Range {
  readonly kind: 'ipv4' | 'ipv6';
  readonly first: bigint;
  readonly last: bigint;
}

/** Reads an address or a network by its family. The library's own way tries one family after the other, and throwing is slow. */
const familyOf = (text: string) => (text.includes(':') ? ipaddr.IPv6 : ipaddr.IPv4);

const toNumber = (bytes: readonly number[]) => bytes.reduce((n, b) => (n << 8n) | BigInt(b), 0n);

/** Range of an address or a network. Throws on what the schemas below refuse. */
function rangeOf(text: Address | Cidr): Range {
  if (!text.includes('/')) {
    const address = familyOf(text).parse(text);
    const n = toNumber(address.toByteArray());
    return { kind: address.kind(), first: n, last: n };
  }
  const [address, bits] = familyOf(text).parseCIDR(text);
  const width = address.kind() === 'ipv4' ? 32 : 128;
  const size = 1n << BigInt(width - bits);
  const first = (toNumber(address.toByteArray()) / size) * size;
  return { kind: address.kind(), first, last: first + size - 1n };
}

/** True when every address of `inner` (an address or a network) lies in `outer`. */
export function contains(outer: Cidr, inner: Address | Cidr): boolean {
  const [o, i] = [rangeOf(outer), rangeOf(inner)];
  return o.kind === i.kind && o.first <= i.first && i.last <= o.last;
}

/** True when two networks (or addresses) share at least one address. */
export function overlaps(a: Address | Cidr, b: Address | Cidr): boolean {
  const [x, y] = [rangeOf(a), rangeOf(b)];
  return x.kind === y.kind && x.first <= y.last && y.first <= x.last;
}

/** The network of one address: `10.0.0.1` becomes `10.0.0.1/32`. A network is returned as it is. */
export function hostNetwork(address: Address | Cidr): Cidr {
  if (address.includes('/')) return address;
  return !address.includes(':') ? `${address}/32` : `${address}/128`;
}

/**
 * True for the one spelling of an address that this model accepts. An IPv4 address written as IPv6 is none, and neither is an address
 * with a zone (fe80::1%eth0), which names an interface of one computer.
 */
function isCanonicalAddress(text: string): boolean {
  try {
    if (!text.includes(':')) return text.split('.').length === 4 && ipaddr.IPv4.parse(text).toString() === text;
    const address = ipaddr.IPv6.parse(text);
    return address.toString() === text && !text.includes('%') && !address.isIPv4MappedAddress();
  } catch {
    return false;
  }
}

function isCanonicalCidr(text: string): boolean {
  const slash = text.indexOf('/');
  if (slash < 0 || !isCanonicalAddress(text.slice(0, slash)) || !/^(0|[1-9][0-9]{0,2})$/.test(text.slice(slash + 1))) return false;
  try {
    const [address] = familyOf(text).parseCIDR(text);
    return toNumber(address.toByteArray()) === rangeOf(text).first;
  } catch {
    return false;
  }
}

const ADDRESS_RULE = 'must be an IP address such as 10.20.1.11, without leading zeros';
const CIDR_RULE = 'must be a network with its length, such as 10.20.1.0/24, whose host bits are zero';

/** An IP address. Leading zeros and other spellings of the same address are refused, so that equal addresses are equal texts. */
export const addressSchema = z.string(ADDRESS_RULE).refine(isCanonicalAddress, ADDRESS_RULE);

/** A network in CIDR notation. */
export const cidrSchema = z.string(CIDR_RULE).refine(isCanonicalCidr, CIDR_RULE);

/** A TCP or UDP port, 1–65535. */
export const portSchema = z.number().int().min(1, 'must be a port from 1 to 65535').max(65535, 'must be a port from 1 to 65535');

/** A fully qualified DNS name (RFC 1123), at most 253 characters, without a final dot. */
export const hostNameSchema = z
  .string()
  .max(253)
  .regex(
    /^(?=.*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/,
    'must be a lower-case DNS name with at least two labels, such as factory.example.com',
  );
