import type { Refusal } from '../refusal';

/** The spellings that are right, told when nothing better is known. */
const EXAMPLES = 'write it as a client such as UaExpert shows it, like ns=2;s=Machine.State or ns=3;i=1001';

/** A way of writing a node id that is known but not read: what it is, and what to write instead. */
interface Habit {
  readonly pattern: RegExp;
  readonly error: string;
  readonly instead: (parts: RegExpExecArray) => string;
}

const SYMBOL = '"[^"]+"(?:\\."[^"]+"|\\[[0-9]+\\])*';

const HABITS: readonly Habit[] = [
  {
    pattern: /^svr=/i,
    error: 'names another server (svr)',
    instead: () => 'write the node id that the machine’s own server gives, such as ns=2;s=Machine.State',
  },
  {
    pattern: /^nsu=/i,
    error:
      'names its namespace by URI; the gateway can name it by number only (Telegraf 1.37.2 sends such node ids in a form that no server reads)',
    instead: () => 'write the number that the namespace has in the NamespaceArray of the server, such as ns=3',
  },
  {
    pattern: /^opc\.tcp:\/\//i,
    error: 'is the address of a server',
    instead: () =>
      'write the node id, such as ns=2;s=Machine.State; the server is the machine’s address, with port and path of the machine type',
  },
  {
    pattern: /^ns=([0-9]+)\s*;\s*([isgb])\s*=(\s*)(.+)$/i,
    error: 'has capitals or spaces in ns= or in the letter of the identifier',
    instead: ([, ns, kind = '', , id]) => `write ns=${ns};${kind.toLowerCase()}=${id}`,
  },
  {
    pattern: /^ns=([0-9]+)\s*[:,.|/\s]\s*([isgb])=(.+)$/i,
    error: 'has no semicolon behind the namespace',
    instead: ([, ns, kind = '', id]) => `write ns=${ns};${kind.toLowerCase()}=${id}`,
  },
  {
    pattern: /^ns=([0-9]+)\s*;\s*([isgb]):\s*(.+)$/i,
    error: 'has a colon behind the letter of the identifier',
    instead: ([, ns, kind = '', id]) => `write ns=${ns};${kind.toLowerCase()}=${id}`,
  },
  {
    pattern: /^ns[:\s]([0-9]+)\s*;\s*([isgb])=(.+)$/i,
    error: 'has no = behind ns',
    instead: ([, ns, kind = '', id]) => `write ns=${ns};${kind.toLowerCase()}=${id}`,
  },
  {
    pattern: /^([isgb])=(.+?)\s*;\s*ns=([0-9]+)$/i,
    error: 'has the namespace behind the identifier',
    instead: ([, kind = '', id, ns]) => `write ns=${ns};${kind.toLowerCase()}=${id}`,
  },
  {
    pattern: /^ns=([0-9]+);([isgb])=?$/i,
    error: 'has no identifier',
    instead: () => EXAMPLES,
  },
  {
    pattern: /^ns=([0-9]+);([0-9]+)$/i,
    error: 'does not say what kind its identifier is',
    instead: ([, ns, id]) => `write ns=${ns};i=${id}`,
  },
  {
    pattern: /^ns=([0-9]+);([^=]+)$/i,
    error: 'does not say what kind its identifier is',
    instead: ([, ns, id]) => `write ns=${ns};s=${id}`,
  },
  {
    pattern: /^([isgb])=(.+)$/,
    error: 'has no namespace, which would mean 0, the server’s own nodes',
    instead: ([, kind, id]) => `write the namespace before it, such as ns=2;${kind}=${id}`,
  },
  {
    pattern: /^\/?(?:Root\/|\/)?Objects[/.]/i,
    error: 'is a browse path; the gateway reads node ids only',
    instead: () => EXAMPLES,
  },
  {
    pattern: /^([0-9]+):([^/]+)$/,
    error: 'is a browse name (namespace:name); the gateway reads node ids only',
    instead: ([, ns, name]) => `write its node id, which may be ns=${ns};s=${name}: the client shows it`,
  },
  {
    pattern: /^%?(?:DB[0-9]+\.(?:DB[XBWD]|%)[0-9]|[MIQEA][XBWD]?[0-9]+(?:\.[0-7])?$)/,
    error: 'is an absolute address of S7 communication',
    instead: () => 'write the node id that the controller’s OPC UA server shows, such as ns=3;s="Press"."force", or use the protocol s7',
  },
  {
    pattern: new RegExp(`^${SYMBOL}$`),
    error: 'is a symbol of TIA Portal without its namespace',
    instead: ([symbol]) => `write ns=3;s=${symbol}, quotes included`,
  },
  {
    pattern: /^[A-Za-z_][\w -]*(?:\.[\w -]+)+$/,
    error: 'is a tag without its namespace',
    instead: ([tag]) => `write ns=2;s=${tag} when the server is KEPServerEX, else the node id that the client shows`,
  },
];

/** Finds out what is wrong with a text that is no node id, and what to write instead. Never throws. */
export function diagnoseNodeId(text: string): Refusal {
  for (const { pattern, error, instead } of HABITS) {
    const parts = pattern.exec(text);
    if (parts) return { error, instead: instead(parts) };
  }
  return { error: 'is not a node id', instead: EXAMPLES };
}

/** Finds out what is wrong with an identifier that should be Base64. Never throws. */
export function diagnoseOpaque(ns: number, id: string): Refusal {
  const padded = `${id.replace(/=+$/, '')}${'='.repeat((4 - (id.replace(/=+$/, '').length % 4)) % 4)}`;
  const isShort = /^[A-Za-z0-9+/]+=*$/.test(id) && padded !== id && id.replace(/=+$/, '').length % 4 !== 1;
  return {
    error: 'says that its identifier is bytes in Base64 (b), and it is none',
    instead: isShort ? `write ns=${ns};b=${padded}` : 'write it padded, like ns=2;b=M/RbKBsRVkePCePcx24oRA==',
  };
}
