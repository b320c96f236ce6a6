import { scanRuleOf } from '../../scan-rule';
import type { S7Rule } from './rule';

/** Every point names a scan class that the machine type has. */
export const scanRule: S7Rule = scanRuleOf('s7');
