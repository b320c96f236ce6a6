import { estateJsonSchema } from '../../infra/estate/schema';
import type { Terminal } from '../terminal';

/** `millwright schema`: prints the JSON Schema of an estate file. Returns the exit code. */
export function schema(terminal: Terminal): number {
  terminal.out(JSON.stringify(estateJsonSchema(), null, 2));
  return 0;
}
