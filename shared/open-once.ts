/**
 * Returns a function that opens something at its first call, and returns the same at every other call.
 *
 * So a library is loaded, or a table created, only if it is needed. If opening fails, the next call tries again.
 */
export function openOnce<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return async () => {
    const current = (opened ??= open());
    try {
      return await current;
    } catch (error) {
      if (opened === current) opened = undefined;
      throw error;
    }
  };
}
