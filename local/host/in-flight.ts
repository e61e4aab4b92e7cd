/** The work that has not ended yet. */
export type InFlight = {
  /** Counts work until it has ended, and returns it. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Resolves once all work has ended, or after `patienceMs`, to the number of works that have not ended. */
  settle(patienceMs: number): Promise<number>;
};

/** Returns a tracker without work. */
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
