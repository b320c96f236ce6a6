import fc from 'fast-check';
import { formatNodeId, isSameNode, type NodeId, parseNodeId } from '../../../../infra/protocols/opcua/node-id';
import { isRefusal } from '../../../../infra/protocols/refusal';

const ns = fc.integer({ min: 0, max: 65_535 });
const anyNodeId: fc.Arbitrary<NodeId> = fc.oneof(
  fc.record({ ns, kind: fc.constant('i' as const), id: fc.integer({ min: 0, max: 4_294_967_295 }) }),
  fc.record({
    ns,
    kind: fc.constant('s' as const),
    id: fc.string({ unit: 'grapheme', minLength: 1 }).filter((id) => !/[\n\r\u2028\u2029]/.test(id)),
  }),
  fc.record({ ns, kind: fc.constant('g' as const), id: fc.uuid() }),
  fc.record({
    ns,
    kind: fc.constant('b' as const),
    id: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  }),
);

/** Texts that look nearly like a node id. */
const nearly = fc
  .array(fc.constantFrom('ns=', '2', ';', ':', ',', 's=', 'i=', 'g=', 'b=', 'S=', ' ', '0', '"Press"', '.force', 'nsu=', 'x'), {
    maxLength: 7,
  })
  .map((parts) => parts.join(''));

describe('a node id', () => {
  test.each([
    ['ns=2;s=Machine.State', { ns: 2, kind: 's', id: 'Machine.State' }],
    ['ns=3;i=1001', { ns: 3, kind: 'i', id: 1001 }],
    ['ns=65535;i=4294967295', { ns: 65_535, kind: 'i', id: 4_294_967_295 }],
    ['ns=0;i=2258', { ns: 0, kind: 'i', id: 2258 }],
    ['ns=3;s="Press"."force"[1]', { ns: 3, kind: 's', id: '"Press"."force"[1]' }],
    ['ns=2;s= a;ns=3;s=b', { ns: 2, kind: 's', id: ' a;ns=3;s=b' }],
    ['ns=4;g=09087e75-8e5e-499b-954f-f2a9603db28a', { ns: 4, kind: 'g', id: '09087e75-8e5e-499b-954f-f2a9603db28a' }],
    ['ns=2;b=M/RbKBsRVkePCePcx24oRA==', { ns: 2, kind: 'b', id: 'M/RbKBsRVkePCePcx24oRA==' }],
  ])('%s is read as OPC UA means it', (text, expected) => {
    expect(parseNodeId(text)).toEqual(expected);
  });

  const asShown = 'write it as a client such as UaExpert shows it, like ns=2;s=Machine.State or ns=3;i=1001';
  test.each([
    ['ns=2:s=Machine.State', 'has no semicolon behind the namespace', 'write ns=2;s=Machine.State'],
    ['ns=2,s=Machine.State', 'has no semicolon behind the namespace', 'write ns=2;s=Machine.State'],
    ['ns=2 s=Machine.State', 'has no semicolon behind the namespace', 'write ns=2;s=Machine.State'],
    ['ns=2;s:Machine.State', 'has a colon behind the letter of the identifier', 'write ns=2;s=Machine.State'],
    ['ns:2;s=Machine.State', 'has no = behind ns', 'write ns=2;s=Machine.State'],
    ['NS=2;S=Machine.State', 'has capitals or spaces in ns= or in the letter of the identifier', 'write ns=2;s=Machine.State'],
    ['ns=2; s=Machine.State', 'has capitals or spaces in ns= or in the letter of the identifier', 'write ns=2;s=Machine.State'],
    ['s=Machine.State;ns=2', 'has the namespace behind the identifier', 'write ns=2;s=Machine.State'],
    ['ns=2;Machine.State', 'does not say what kind its identifier is', 'write ns=2;s=Machine.State'],
    ['ns=2;1001', 'does not say what kind its identifier is', 'write ns=2;i=1001'],
    ['ns=2;s=', 'has no identifier', asShown],
    [
      's=Machine.State',
      'has no namespace, which would mean 0, the server’s own nodes',
      'write the namespace before it, such as ns=2;s=Machine.State',
    ],
    ['i=2258', 'has no namespace, which would mean 0, the server’s own nodes', 'write the namespace before it, such as ns=2;i=2258'],
    ['ns=02;i=1001', 'has a number with a leading zero', 'write ns=2;i=1001'],
    ['ns=2;i=0x3E9', 'says that its identifier is a number (i), and it is none', 'write ns=2;s=0x3E9 when the identifier is a text'],
    ['ns=2;i=4294967296', 'has the number 4294967296; numeric identifiers go up to 4294967295', 'write the number that the server shows'],
    ['ns=65536;i=1', 'names namespace 65536; namespaces have numbers from 0 to 65535', 'write the number that the server shows'],
    [
      'ns=2;g={09087e75-8e5e-499b-954f-f2a9603db28a}',
      'says that its identifier is a GUID (g), and it is none',
      'write ns=2;g=09087e75-8e5e-499b-954f-f2a9603db28a',
    ],
    ['ns=2;g=1001', 'says that its identifier is a GUID (g), and it is none', 'write it like 09087e75-8e5e-499b-954f-f2a9603db28a'],
    [
      'ns=2;b=M/RbKBsRVkePCePcx24oRA',
      'says that its identifier is bytes in Base64 (b), and it is none',
      'write ns=2;b=M/RbKBsRVkePCePcx24oRA==',
    ],
    [
      'ns=2;b=**',
      'says that its identifier is bytes in Base64 (b), and it is none',
      'write it padded, like ns=2;b=M/RbKBsRVkePCePcx24oRA==',
    ],
    [
      'nsu=urn:example:machine;s=State',
      'names its namespace by URI; the gateway can name it by number only (Telegraf 1.37.2 sends such node ids in a form that no server reads)',
      'write the number that the namespace has in the NamespaceArray of the server, such as ns=3',
    ],
    [
      'svr=1;ns=2;s=State',
      'names another server (svr)',
      'write the node id that the machine’s own server gives, such as ns=2;s=Machine.State',
    ],
    [
      'opc.tcp://10.20.1.31:4840',
      'is the address of a server',
      'write the node id, such as ns=2;s=Machine.State; the server is the machine’s address, with port and path of the machine type',
    ],
    ['/Objects/2:Machine/2:State', 'is a browse path; the gateway reads node ids only', asShown],
    ['Objects.Machine.State', 'is a browse path; the gateway reads node ids only', asShown],
    [
      '2:State',
      'is a browse name (namespace:name); the gateway reads node ids only',
      'write its node id, which may be ns=2;s=State: the client shows it',
    ],
    [
      'DB10.DBW4',
      'is an absolute address of S7 communication',
      'write the node id that the controller’s OPC UA server shows, such as ns=3;s="Press"."force", or use the protocol s7',
    ],
    ['"Press"."force"[1]', 'is a symbol of TIA Portal without its namespace', 'write ns=3;s="Press"."force"[1], quotes included'],
    [
      'Channel1.Device1.Tag 1',
      'is a tag without its namespace',
      'write ns=2;s=Channel1.Device1.Tag 1 when the server is KEPServerEX, else the node id that the client shows',
    ],
    ['State', 'is not a node id', asShown],
    ['', 'is not a node id', asShown],
  ])('%s is refused with what to write instead', (text, error, instead) => {
    expect(parseNodeId(text)).toEqual({ error, instead });
  });

  test('is read back from its text unchanged', () => {
    fc.assert(fc.property(anyNodeId, (id) => expect(parseNodeId(formatNodeId(id))).toEqual(id)));
  });

  test('that is accepted is the one spelling of itself, and any other text is refused with a remedy', () => {
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), (text) => {
        const result = parseNodeId(text);
        if (isRefusal(result)) expect(result.instead).not.toBe('');
        else expect(formatNodeId(result)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test('a remedy that gives a whole node id can be followed', () => {
    fc.assert(
      fc.property(nearly, (text) => {
        const result = parseNodeId(text);
        const advice = isRefusal(result) ? /^write (ns=[0-9]+;[isgb]=[^ ,]+)$/.exec(result.instead)?.[1] : undefined;
        if (advice !== undefined) expect(parseNodeId(advice)).not.toMatchObject({ error: isRefusal(result) ? result.error : '' });
      }),
      { numRuns: 1000 },
    );
  });

  test('is the same in either case of a GUID, and never that of another kind', () => {
    const guid = { ns: 2, kind: 'g', id: '09087e75-8e5e-499b-954f-f2a9603db28a' } as const;
    expect(isSameNode(guid, { ...guid, id: guid.id.toUpperCase() })).toBe(true);
    expect(isSameNode({ ns: 2, kind: 's', id: 'a' }, { ns: 2, kind: 's', id: 'A' })).toBe(false);
    expect(isSameNode({ ns: 2, kind: 's', id: '1' }, { ns: 2, kind: 'i', id: 1 })).toBe(false);
  });
});
