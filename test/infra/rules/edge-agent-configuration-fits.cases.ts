import { edgeEstate } from '../../support/edge-estate';
import { found } from './found';

const RULE = 'edge-agent-configuration-fits';

/** The estate with this many further points of the machine type. */
const withPoints = (type: 'cell' | 'utilities', count: number) =>
  edgeEstate(({ machineTypes }) => {
    const { points } = machineTypes[type].device;
    for (let n = 0; n < count; n++) {
      points[`p-${n}`] = type === 'cell' ? { node: `ns=2;i=${2000 + n}`, type: 'Double' } : { address: `DB21.DBB${n}`, type: 'BYTE' };
    }
  });

describe("the rule that the ConfigDB takes an edge agent's configuration", () => {
  test('an agent of a plant, and one of soft gateways, that reads too much is refused', () => {
    expect(found(RULE, withPoints('cell', 1500))).toEqual([
      expect.stringMatching(
        /^error: plants\.rotherham\.machines\.cell-1: has 1502 data points, and a configuration of its edge agent of 1\d{5} bytes; the ConfigDB takes at most 100000; read fewer points, give points shorter names, or describe the machine as two$/,
      ),
    ]);
    expect(found(RULE, withPoints('utilities', 1500))).toEqual([
      expect.stringMatching(/^error: softGateways\.gateways\.agents\.utilities-1: has 1502 data points/),
    ]);
  });

  test('some hundred points are in order', () => {
    expect(found(RULE, withPoints('cell', 500))).toEqual([]);
  });
});
