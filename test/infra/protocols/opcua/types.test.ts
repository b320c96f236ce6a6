import { OPCUA_TYPE_NAMES, parseOpcUaType } from '../../../../infra/protocols/opcua/types';

describe('a type of OPC UA', () => {
  test('is one of the single values that line protocol can say', () => {
    expect(
      OPCUA_TYPE_NAMES.map(parseOpcUaType).map((type) => ('error' in type ? type : [type.name, type.valueType, type.maxBytes])),
    ).toEqual([
      ['Boolean', 'boolean', undefined],
      ['SByte', 'integer', undefined],
      ['Byte', 'integer', undefined],
      ['Int16', 'integer', undefined],
      ['UInt16', 'integer', undefined],
      ['Int32', 'integer', undefined],
      ['UInt32', 'integer', undefined],
      ['Int64', 'integer', undefined],
      ['UInt64', 'integer', undefined],
      ['Float', 'real', undefined],
      ['Double', 'real', undefined],
      ['String', 'string', 255],
      ['DateTime', 'string', 30],
    ]);
  });

  const all = `write one of ${OPCUA_TYPE_NAMES.join(', ')}`;
  test.each([
    ['int16', 'is not spelt as OPC UA spells it', 'write Int16'],
    ['UINT32', 'is not spelt as OPC UA spells it', 'write UInt32'],
    ['BOOL', 'is not a type of OPC UA that the gateway reads', 'write Boolean'],
    ['DINT', 'is not a type of OPC UA that the gateway reads', 'write Int32'],
    ['Real', 'is not a type of OPC UA that the gateway reads', 'write Float'],
    ['Duration', 'is not a type of OPC UA that the gateway reads', 'write Double'],
    ['UtcTime', 'is not a type of OPC UA that the gateway reads', 'write DateTime'],
    ['STRING[20]', 'has a length, which a String of OPC UA does not have', 'write String, and maxBytes 20'],
    ['Int32[4]', 'is not read: the gateway reads single values', 'give each element a point, by the node id that the server has for it'],
    ['LocalizedText', 'is not read: its values do not arrive', 'let the server offer a String'],
    [
      'Structure',
      'is not read: its values do not arrive',
      'give each of its elements a point, by the node ids that the server has for them',
    ],
    ['constructor', 'is not a type that the gateway reads', all],
    ['', 'is not a type that the gateway reads', all],
  ])('%s is refused with what to write instead', (text, error, instead) => {
    expect(parseOpcUaType(text)).toEqual({ error, instead });
  });
});
