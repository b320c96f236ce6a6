import { checkEstate } from '../../../../infra/estate/check';
import { csvFilesOf } from '../../../../infra/estate/csv-reference';
import { estateJsonSchema } from '../../../../infra/estate/schema';
import { told } from '../../rules/found';
import { estateWith, MODBUS_DEVICE, S7_DEVICE } from './machine';

const file = (text: string) => new TextEncoder().encode(text);
const FILES = new Map([['cell.csv', file('name,address,type,unit\nflow,DB1.DBD0,REAL,m³/h\nvalve,DB1.DBX4.0,BOOL,\n')]]);

describe('points of an edge agent’s machine from a CSV file', () => {
  test('are those of the protocol of the device', () => {
    const estate = estateWith(S7_DEVICE({ csv: 'cell.csv' }));
    expect(csvFilesOf(estate)).toEqual(['cell.csv']);
    const points = checkEstate(estate, FILES).plants[0]?.machines.find(({ name }) => name === 'cell-1')?.points;
    expect(points?.map(({ name, sourceType }) => [name, sourceType])).toEqual([
      ['flow', 'REAL'],
      ['valve', 'BOOL'],
    ]);
  });

  test('are told with the line of what is wrong with them', () => {
    const { problems } = checkEstate(estateWith(MODBUS_DEVICE({ csv: 'cell.csv' })), FILES);
    const [first] = problems.filter(({ severity, path }) => severity === 'error' && path.includes('flow'));
    expect(first && told(first)).toContain('machineTypes.cell.device.points.flow.address');
    expect(first?.source).toEqual({ file: 'cell.csv', line: 2, column: 'address' });
  });

  test('may differ at one machine', () => {
    const estate = estateWith(S7_DEVICE({ flow: { address: 'DB1.DBW0', type: 'INT' } }), {}, ({ plants: { rotherham } }) => {
      rotherham.machines['cell-1'].differs = { device: { points: { csv: 'cell.csv' } } };
    });
    const points = checkEstate(estate, FILES).plants[0]?.machines.find(({ name }) => name === 'cell-1')?.points;
    expect(points?.map(({ name, sourceType }) => [name, sourceType])).toEqual([
      ['flow', 'REAL'],
      ['valve', 'BOOL'],
    ]);
  });

  test('are a form of points in the JSON Schema', () => {
    const text = JSON.stringify(estateJsonSchema());
    // One for each protocol whose machine type has points, and one for each device.
    expect(text.split('Data points in a CSV file').length - 1).toBe(6 + 4);
  });
});
