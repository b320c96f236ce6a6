import { z } from 'zod';
import { CONTROLLERS } from '../../../../infra/protocols/s7/controllers';
import { s7Settings, slotOf } from '../../../../infra/protocols/s7/settings';
import { PRESS } from './machine';

const refused = (change: Record<string, unknown>) =>
  s7Settings.safeParse({ ...PRESS, ...change }).error?.issues.map((issue) => issue.path.join('.'));

describe('the settings of a machine type with an S7 controller', () => {
  test('what is not stated has its documented default', () => {
    expect(s7Settings.parse(PRESS)).toMatchObject({
      rack: 0,
      port: 102,
      connection: 'OP',
      timeout: '5s',
      scans: { fast: '250ms', normal: '1s', slow: '30s' },
      points: { state: { scan: 'normal' }, order: { scan: 'slow' } },
    });
  });

  test.each([
    ['S7-300', 2],
    ['S7-400', 3],
    ['S7-1200', 1],
    ['S7-1500', 1],
  ] as const)('the CPU of an %s is in slot %i unless stated', (controller, slot) => {
    expect(slotOf({ controller })).toBe(slot);
    expect(slotOf({ controller, slot: 0 })).toBe(0);
  });

  test.each([
    ['an unknown controller', { controller: 'LOGO!' }, 'controller'],
    ['no points', { points: {} }, 'points'],
    ['a rack beyond 7', { rack: 8 }, 'rack'],
    ['a slot beyond 31', { slot: 32 }, 'slot'],
    ['a port beyond 65535', { port: 65536 }, 'port'],
    ['an unknown connection', { connection: 'PD' }, 'connection'],
    ['a timeout beyond 30 s', { timeout: '1min' }, 'timeout'],
    ['an unknown key of a point', { points: { a: { address: 'M0.0', type: 'BOOL', scale: 2 } } }, 'points.a'],
    ['a name of a point that is no name', { points: { 'Main pressure': { address: 'M0.0', type: 'BOOL' } } }, 'points.Main pressure'],
    ['an unknown key', { ip: '10.0.0.1' }, ''],
  ])('%s is refused', (_, change, path) => {
    expect(refused(change)).toEqual([path]);
  });

  test('every field of the published JSON Schema is described', () => {
    const schema = z.toJSONSchema(s7Settings, { io: 'input' });
    const undescribed: string[] = [];
    const visit = (node: unknown, path: string): void => {
      const { properties = {}, additionalProperties } = node as {
        properties?: Record<string, { description?: string }>;
        additionalProperties?: unknown;
      };
      for (const [key, field] of Object.entries(properties)) {
        if (!field.description) undescribed.push(`${path}.${key}`);
        visit(field, `${path}.${key}`);
      }
      if (additionalProperties) visit(additionalProperties, `${path}.*`);
    };
    visit(schema, '');
    expect(undescribed).toEqual([]);
    expect(schema.required).toEqual(['protocol', 'controller', 'points']);
    expect(schema.properties?.controller).toMatchObject({ enum: [...CONTROLLERS] });
  });
});
