import { scanRuleOf } from '../../scan-rule';
import type { OpcUaRule } from './rule';

/** Every point names a scan class that the machine type has. */
export const scanRule: OpcUaRule = scanRuleOf('opcua');
