/** Why a text of the estate is not what it should be, and what to write instead. */
export interface Refusal {
  /** What is wrong, as the rest of a sentence that begins with the text: `is in German mnemonics`. */
  readonly error: string;
  /** What to do, as an imperative sentence without a final full stop: `write I0.0`. */
  readonly instead: string;
}

/** True when a parser refused its text. */
export function isRefusal<T extends object>(result: T | Refusal): result is Refusal {
  return 'error' in result;
}
