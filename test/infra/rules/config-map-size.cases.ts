import { found, minimalWith } from './found';

describe('the rule that a configuration fits into a ConfigMap', () => {
  test('a machine with too many points is refused', () => {
    const estate = minimalWith(({ machineTypes }) => {
      for (let n = 0; n < 6500; n++) machineTypes.press.points[`p-${n}`] = { address: `DB11.DBB${n}`, type: 'BYTE', scan: 'slow' };
    });
    expect(found('config-map-size', estate)).toEqual([
      expect.stringMatching(
        /^error: plants\.york\.machines\.press-1: has 6501 data points, and a gateway configuration of \d{7} bytes; at most 1000000 fit into a ConfigMap; read fewer points, or describe the machine as two$/,
      ),
    ]);
  });

  test('a machine with a thousand points is in order', () => {
    const estate = minimalWith(({ machineTypes }) => {
      for (let n = 0; n < 1000; n++) machineTypes.press.points[`p-${n}`] = { address: `DB11.DBB${n}`, type: 'BYTE', scan: 'slow' };
    });
    expect(found('config-map-size', estate)).toEqual([]);
  });
});
