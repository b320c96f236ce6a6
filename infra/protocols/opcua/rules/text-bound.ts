import { isRefusal } from '../../refusal';
import { parseOpcUaType } from '../types';
import type { OpcUaRule } from './rule';

/** Only a String has a longest text. */
export const textBoundRule: OpcUaRule = ({ settings }, pathOf) =>
  Object.entries(settings.points).flatMap(([name, { type: typeText, maxBytes }]) => {
    const type = parseOpcUaType(typeText);
    if (maxBytes === undefined || isRefusal(type) || type.name === 'String') return [];
    return [
      {
        rule: 'opcua/text-bound',
        severity: 'error',
        path: pathOf('points', name, 'maxBytes'),
        value: maxBytes,
        message: `is a bound of texts, and the point is a ${type.name}`,
        remedy: 'remove maxBytes, or correct the type',
      },
    ];
  });
