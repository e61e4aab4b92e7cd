import { once } from 'node:events';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import type { KillingProxy, Moment } from './killing-proxy.ts';
import { startService } from './service.ts';

/** Where a process dies: at the request with this number, from 1, of all that come to the proxy, or of those that write. */
export type Death = {
  readonly proxy: KillingProxy;
  readonly at: number;
  readonly moment: Moment;
  readonly which?: 'all' | 'writes';
};

/** A functions host that is killed again and again; after each one that died comes another. */
export type MortalHost = {
  /** Where the host is that lives now. */
  readonly url: () => string;
  /** Acts so that the process dies by SIGKILL, and starts the next; tells whether it came so far. */
  readonly diesAt: (death: Death, act: (url: string) => Promise<unknown>) => Promise<boolean>;
  /** How many have died. */
  readonly deaths: () => number;
  readonly stop: () => Promise<void>;
};

/** Starts a host that can be killed; `environment` is called for each process. */
export async function startMortalHost(environment: () => Readonly<Record<string, string>>): Promise<MortalHost> {
  let host: RunningFunctionsHost = await startService(environment());
  let deaths = 0;
  return {
    url: () => host.url,
    deaths: () => deaths,
    stop: () => host.stop(),
    async diesAt({ proxy, at, moment, which = 'all' }, act) {
      const { child, url } = host;
      proxy.killAt(at, moment, () => child.kill('SIGKILL'), which);
      const ended = once(child, 'exit');
      // Whoever asked a process that dies gets no answer: the connection breaks.
      const answered = act(url).then(
        () => true,
        () => false,
      );
      const outcome = await Promise.race([answered, ended]);
      const isReached = proxy.seen() >= at;
      proxy.killAt(0, 'before', () => undefined);
      if (!isReached) {
        if (outcome !== true) throw new Error(`The process gave no answer, and request ${at} did not come`);
        return false;
      }
      await ended;
      deaths++;
      host = await startService(environment());
      return true;
    },
  };
}
