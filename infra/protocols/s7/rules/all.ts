import { addressRule } from './address';
import { areaEndRule } from './area-end';
import { duplicateRule } from './duplicate';
import type { S7Rule } from './rule';
import { scanRule } from './scan';
import { scanTimeRule } from './scan-time';
import { slotRule } from './slot';
import { textLengthRule } from './text-length';
import { typeRule } from './type';
import { typeControllerRule } from './type-controller';
import { typeWidthRule } from './type-width';

/** Every rule of the protocol; the order does not matter, since problems are sorted where they are told. */
export const s7Rules: readonly S7Rule[] = [
  addressRule,
  areaEndRule,
  duplicateRule,
  scanRule,
  scanTimeRule,
  slotRule,
  textLengthRule,
  typeRule,
  typeControllerRule,
  typeWidthRule,
];
