/** A mistake of the user, told in a sentence without a stack trace. */
export class UserError extends Error {
  /**
   * @param message what is wrong and what to do, a full sentence
   * @param exitCode 1: the estate or the tree is not in order; 2: the command was called wrongly. @default 1
   */
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
    this.name = 'UserError';
  }
}
