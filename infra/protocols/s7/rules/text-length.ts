import { answerBytes, batchLimits } from '../batches';
import { controllerFacts } from '../controllers';
import { readingsOf } from '../reading';
import type { S7Rule } from './rule';

/** A text fits into one answer of the controller: the gateway does not fetch a value in parts. */
export const textLengthRule: S7Rule = ({ settings }, pathOf) => {
  const { pduBytes } = controllerFacts(settings.controller);
  const limits = batchLimits(pduBytes);
  // Two bytes of length come before the text, four bytes of header before both.
  const longest = limits.answerBytes - answerBytes(2);
  return readingsOf(settings)
    .filter(({ type }) => answerBytes(type.bytes) > limits.answerBytes)
    .map(({ name, type }) => ({
      rule: 's7/text-length',
      severity: 'error',
      path: pathOf('points', name, 'type'),
      value: type.name,
      message: `is longer than one message of an ${settings.controller} with its ${pduBytes} bytes; the longest text there is STRING[${longest}]`,
      remedy: `write STRING[${longest}], which cuts off what is longer, or declare a shorter STRING in the PLC program`,
    }));
};
