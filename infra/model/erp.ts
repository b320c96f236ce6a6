import { z } from 'zod';
import { ownContainer } from './container';
import { cidrSchema } from './network';
import { lineOfText } from './text';

const synchroniser = z.strictObject({
  synchroniser: z.strictObject({ ...ownContainer }).describe('A program in the cluster that carries orders and reports'),
});

const external = z.strictObject({
  external: z
    .strictObject({
      addresses: z.array(cidrSchema).min(1, 'must name at least one address that connects').max(16).describe('Where it connects from'),
      purpose: lineOfText(80).describe('What it is, for people'),
    })
    .describe('A program outside the cluster that connects to the database itself'),
});

/** What keeps the job database and the ERP in step. Either sees the exchange tables only. */
export const erpSchema = z.union([synchroniser, external], {
  error: 'must be { synchroniser: … } or { external: … }',
});
/** What keeps the job database and the ERP in step, as the schema returned it. */
export type Erp = z.output<typeof erpSchema>;
