/**
 * Puts the clock of a process ahead: `node --import` of this file, with CLOCK_AHEAD_MS in the environment.
 *
 * What waits for a lease or a day to pass is run by a real process that lives so much later. Durations, timers and
 * time-outs go on unchanged.
 */
const aheadMs = Number(process.env.CLOCK_AHEAD_MS ?? 0);
const Real = Date;
const now = (): number => Real.now() + aheadMs;

globalThis.Date = new Proxy(Real, {
  construct: (_, given: unknown[], newTarget) =>
    Reflect.construct(Real, given.length === 0 ? [now()] : given, newTarget) as Date,
  apply: () => new Real(now()).toString(),
  get: (_, name, receiver) => (name === 'now' ? now : (Reflect.get(Real, name, receiver) as unknown)),
});
