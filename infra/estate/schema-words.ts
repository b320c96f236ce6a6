import type { z } from 'zod';
import { type AnySchema, bare, settingsOf } from './schema-at';

/** One thing that a schema refused. */
export type Issue = z.core.$ZodIssue;

const KINDS: Record<string, string> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
};

/** What is allowed where an issue was found: a sentence that begins with `must`. */
export function allowed(issue: Issue): string {
  if (issue.message.startsWith('must ')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? `a ${issue.expected}`}`;
    case 'invalid_value':
      return oneOf(issue.values.map(String));
    case 'invalid_union':
      return oneOf(optionsOf(issue));
    case 'too_small':
    case 'too_big': {
      const [limit, most] = issue.code === 'too_small' ? [issue.minimum, 'least'] : [issue.maximum, 'most'];
      const many = `at ${most} ${limit}`;
      if (issue.origin === 'string') return `must have ${many} character${limit === 1 ? '' : 's'}`;
      return issue.origin === 'array' ? `must have ${many} entr${limit === 1 ? 'y' : 'ies'}` : `must be ${many}`;
    }
    default:
      return 'is not allowed here';
  }
}

function oneOf(values: readonly string[]): string {
  return `must be ${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`;
}

/** What is allowed where a value fits none of several forms: `must be one of a, b, or a mapping of none, reason`. */
export function allowedArms(issue: z.core.$ZodIssueInvalidUnion, schema: AnySchema | undefined): string {
  if (issue.message.startsWith('must ')) return issue.message;
  const { def } = ((schema && bare(schema)) as z.core.$ZodTypes)._zod;
  const arms = issue.errors.flatMap(([first], index) => {
    const option = def.type === 'union' ? def.options[index] : undefined;
    const settings = option && settingsOf(bare(option), undefined);
    if (settings) return [`a mapping of ${Object.keys(settings).join(', ')}`];
    return first ? [allowed(first as Issue).replace(/^must be /, '')] : [];
  });
  return `must be ${arms.join(', or ')}`;
}

/** The values of a discriminator that would have been known. */
export function optionsOf(issue: Issue): string[] {
  return issue.code === 'invalid_union' && 'options' in issue ? (issue.options ?? []).map(String) : [];
}

/** What must be added where something is missing, as the end of `is missing`. */
export function needed(issue: Issue): string {
  if (issue.code === 'invalid_value' || issue.code === 'invalid_union') return `; it ${allowed(issue)}`;
  return '';
}
