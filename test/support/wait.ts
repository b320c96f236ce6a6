/** Thrown by a probe when waiting longer cannot help. */
export class GiveUp extends Error {}

/** Resolves after the given milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Repeats a probe until it returns, and returns its value.
 *
 * A probe that is not satisfied yet throws the reason, so that the last one can be reported.
 *
 * @param what ends the sentence "waited 30 s for …"
 * @param timeoutMs milliseconds until waiting fails
 * @param probe one attempt
 * @param everyMs milliseconds between attempts. @default 200
 * @throws the probe's {@link GiveUp} at once, or after the timeout an error with the last reason
 */
export async function eventually<T>(what: string, timeoutMs: number, probe: () => Promise<T> | T, everyMs = 200): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (error instanceof GiveUp) throw error;
      if (Date.now() >= deadline) {
        throw new Error(`waited ${timeoutMs / 1000} s for ${what}: ${(error as Error).message}`);
      }
    }
    await pause(everyMs);
  }
}
