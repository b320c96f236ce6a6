import { CONTROLLERS } from '../../../../infra/protocols/s7/controllers';
import { s7Notes } from '../../../../infra/protocols/s7/notes';

describe('what must be set in the controller', () => {
  test.each(['S7-1200', 'S7-1500'] as const)(
    'an %s needs PUT/GET, blocks without optimised access and an access level that allows it',
    (controller) => {
      const notes = s7Notes(controller).join('\n');
      expect(notes).toContain('"Permit access with PUT/GET communication from remote partner"');
      expect(notes).toContain('"Optimized block access"');
      expect(notes).toContain('"No access (complete protection)"');
    },
  );

  test('an S7-400 has its CPU where the hardware configuration says', () => {
    expect(s7Notes('S7-400')).toEqual(['check the slot of the CPU in the hardware configuration: it is not fixed in an S7-400']);
  });

  test('no sentence ends with a full stop', () => {
    expect(CONTROLLERS.flatMap(s7Notes).filter((note) => note.endsWith('.'))).toEqual([]);
  });
});
