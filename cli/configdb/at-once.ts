/** Requests that are on their way at the same time, of those that only look. */
const AT_ONCE = 8;

/** Does something with each of a list, some at a time, and gives the results in its order. */
export async function atOnce<T, R>(list: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(list.length);
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < list.length; index = next++) results[index] = await work(list[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, list.length) }, worker));
  return results;
}
