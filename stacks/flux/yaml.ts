import { dump } from 'js-yaml';

/** First line of every file that Millwright renders: by it a file is known to be Millwright's to replace and to remove. */
export const HEADER = '# Rendered by millwright from the estate. Edits here are lost: change the estate and run millwright synth.';

/**
 * Data as YAML that readers of version 1.1 and 1.2 understand alike: every text that either could take for a number, a date or a
 * truth value is quoted. Keys stay in the order given; long lines are not folded.
 */
export function yamlText(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true });
}

/** A rendered file: the header, then the data. */
export function renderedFile(value: unknown): string {
  return `${HEADER}\n${yamlText(value)}`;
}
