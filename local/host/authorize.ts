import type { IncomingMessage } from 'node:http';

/** Returns whether a request may call a function of this auth level. */
export type Authorize = (request: IncomingMessage, url: URL, authLevel: string) => boolean;

/** Allows every request, like Core Tools on a local machine. */
export const authorizeEverybody: Authorize = () => true;

/**
 * Requires a key in `x-functions-key` or `?code=`, as in the cloud: LOCAL_FUNCTION_KEY opens functions of level `function`,
 * LOCAL_MASTER_KEY opens all.
 */
export function authorizeByKey(environment: NodeJS.ProcessEnv): Authorize {
  const functionKey = requireKey(environment, 'LOCAL_FUNCTION_KEY');
  const masterKey = requireKey(environment, 'LOCAL_MASTER_KEY');
  return (request, url, authLevel) => {
    if (authLevel === 'anonymous') return true;
    const key = request.headers['x-functions-key'] ?? url.searchParams.get('code');
    return key === masterKey || (authLevel === 'function' && key === functionKey);
  };
}

function requireKey(environment: NodeJS.ProcessEnv, setting: string): string {
  const key = environment[setting];
  if (key !== undefined && key !== '') return key;
  throw new Error(`Cannot enforce function keys: the setting ${setting} is missing`);
}
