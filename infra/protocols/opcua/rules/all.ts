import { duplicateRule } from './duplicate';
import { loginRule } from './login';
import { namespaceZeroRule } from './namespace-zero';
import { nodeRule } from './node';
import { readSizeRule } from './read-size';
import type { OpcUaRule } from './rule';
import { scanRule } from './scan';
import { securityRule } from './security';
import { sessionsRule } from './sessions';
import { textBoundRule } from './text-bound';
import { typeRule } from './type';

/** Every rule of the protocol; the order does not matter, since problems are sorted where they are told. */
export const opcuaRules: readonly OpcUaRule[] = [
  duplicateRule,
  loginRule,
  namespaceZeroRule,
  nodeRule,
  readSizeRule,
  scanRule,
  securityRule,
  sessionsRule,
  textBoundRule,
  typeRule,
];
