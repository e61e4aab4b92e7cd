/** Connects to the service: its address, and the right to use it. */
import { UsageError } from '../exit-codes.ts';
import { createService, type Service } from '../send/service.ts';

export type ConnectionOptions = {
  readonly url?: string | undefined;
  readonly tenant?: string | undefined;
  readonly key?: string | undefined;
  readonly token?: string | undefined;
  readonly retries: number;
};

const local = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Returns a client for the tenant that the options name. Throws `UsageError` if an option is missing. */
export function connect(options: ConnectionOptions, say: (line: string) => void): Service {
  const { url, tenant, key, token, retries } = options;
  if (url === undefined) throw new UsageError('Cannot reach the service: give its address with --url.');
  if (tenant === undefined) throw new UsageError('Cannot reach the service: give the tenant with --tenant.');
  const { protocol, hostname } = new URL(url);
  if (protocol === 'http:' && !local.has(hostname) && (key !== undefined || token !== undefined)) {
    throw new UsageError(
      `Cannot send a key to "${url}": without https, others on the network could read it. Give an address with https.`,
    );
  }
  return createService({
    ...{ url, tenant, retries },
    key: key === '' ? undefined : key,
    token: token === '' ? undefined : token,
    onRetry: (reason, pauseMs) => say(`Trying again in ${Math.ceil(pauseMs / 1000)} s: ${reason}`),
  });
}
