/**
 * The published documents of the contract and of commands, generated from their schemas.
 *
 * `node --import tsx test/infra/jobs/documents.ts` writes them anew.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandJsonSchemas } from '../../../infra/jobs/messages';
import { jobAgentOpenApi } from '../../../infra/jobs/openapi';

const FOLDER = join(__dirname, '..', '..', '..', 'docs', 'openapi');

/** Path of each document, and what it must hold. */
export const DOCUMENTS: Readonly<Record<string, unknown>> = {
  [join(FOLDER, 'job-agent.v1.json')]: jobAgentOpenApi(),
  [join(FOLDER, 'commands.v1.json')]: commandJsonSchemas(),
};

if (process.argv[1] === __filename) {
  for (const [path, document] of Object.entries(DOCUMENTS)) writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`);
}
