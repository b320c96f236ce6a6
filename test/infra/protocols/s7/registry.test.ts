import { protocolById, protocols } from '../../../../infra/protocols/registry';
import { s7 } from '../../../../infra/protocols/s7/index';

describe('the registry of protocols', () => {
  test('a protocol is found by its id, and nothing is found by another', () => {
    expect(protocolById('s7')).toBe(s7);
    expect(protocolById('s8')).toBeUndefined();
    expect(protocolById('constructor')).toBeUndefined();
  });

  test('a machine type names each protocol by its id', () => {
    expect(protocols.map((protocol) => protocol.settings.shape.protocol.value)).toEqual(protocols.map((protocol) => protocol.id));
  });

  test('no two protocols have the same id', () => {
    expect(new Set(protocols.map((protocol) => protocol.id)).size).toBe(protocols.length);
  });
});
