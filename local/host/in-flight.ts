/** What is being worked on at the moment. */
export type InFlight = {
  /** Counts some work until it has ended, and gives it back. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Resolves when nothing is being worked on, or after `patienceMs`. Gives the number of what still is. */
  settle(patienceMs: number): Promise<number>;
};

/** Makes an empty account of what is being worked on. */
export function createInFlight(): InFlight {
  const works = new Set<Promise<unknown>>();
  return {
    track(work) {
      works.add(work);
      const forget = (): void => void works.delete(work);
      work.then(forget, forget);
      return work;
    },
    async settle(patienceMs) {
      const deadline = Date.now() + patienceMs;
      while (works.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      return works.size;
    },
  };
}
