import * as fc from 'fast-check';
import type { ContentItem } from '../../../infra/factory-plus/content-item';
import { decide } from '../../../stacks/configdb/decide';
import { foundDigest, itemDigest, PRESENT } from '../../../stacks/configdb/digest';
import { itemOf, partOf } from '../../../stacks/configdb/record';
import { changeRequest, readRequest } from '../../../stacks/configdb/requests';

const owner = fc.constantFrom('configdb' as const, 'edge' as const);
const common = { uuid: fc.uuid(), label: fc.constant('it'), owner };
const itemArbitrary: fc.Arbitrary<ContentItem> = fc.oneof(
  fc.record({ ...common, kind: fc.constant('object' as const), class: fc.uuid() }),
  fc.record({ ...common, kind: fc.constant('subclass' as const), of: fc.uuid() }),
  fc.record({ ...common, kind: fc.constant('member' as const), of: fc.uuid() }),
  fc.record({ ...common, kind: fc.constant('entry' as const), application: fc.uuid(), value: fc.constant({ name: 'n' }) }),
  fc.record({ ...common, kind: fc.constant('identity' as const), principal: fc.constant('op1flux/leeds@EXAMPLE.COM') }),
  fc.record({ ...common, kind: fc.constant('grant' as const), permission: fc.uuid(), target: fc.uuid() }),
);

test('what the record keeps of an item is enough to look at it and to remove it', () => {
  fc.assert(
    fc.property(itemArbitrary, (item) => {
      const kept = itemOf(item.uuid, item.label, partOf(item));
      if (!kept) throw new Error(`${partOf(item)} is not read`);
      expect([partOf(kept), kept.owner, readRequest(kept)]).toEqual([partOf(item), item.owner, readRequest(item)]);
      const removal = { do: 'remove', tag: '"tag"' } as const;
      expect(changeRequest(kept, removal)).toEqual(changeRequest(item, removal));
    }),
  );
});

test('an item of the edge and one of the command are two things, whatever else they share', () => {
  fc.assert(
    fc.property(itemArbitrary, (item) => {
      expect(partOf({ ...item, owner: 'edge' })).not.toBe(partOf({ ...item, owner: 'configdb' }));
    }),
  );
});

test('of what a program in an edge cluster writes only its being there counts, until it is to go', () => {
  fc.assert(
    fc.property(itemArbitrary, fc.boolean(), fc.boolean(), fc.string(), (item, isThere, prune, value) => {
      const mine: ContentItem = { ...item, owner: 'edge' };
      const found = isThere ? ({ is: 'there', digest: foundDigest(mine, value), tag: '"tag"' } as const) : ({ is: 'absent' } as const);
      const allowed = { restore: true, prune };
      expect(decide({ wanted: itemDigest(mine), owner: 'edge', found }, allowed)).toEqual({ do: 'nothing' });
      const known = { there: true, wrote: [PRESENT] } as const;
      expect(decide({ owner: 'edge', found, known }, allowed)).toEqual(
        !isThere ? { do: 'forget' } : prune ? { do: 'remove', tag: '"tag"' } : { do: 'tell', finding: 'left' },
      );
    }),
  );
});
