type StateChoice = {
  /** A path; undefined if none was given, false if nothing may be remembered. */
  readonly state?: string | false | undefined;
  readonly tenant?: string | undefined;
  readonly url?: string | undefined;
};

/** Returns the path of the state file: the chosen one, else one in this folder, named for the tenant and the service. Undefined for none. */
export function statePath({ state, tenant, url }: StateChoice): string | undefined {
  if (typeof state === 'string') return state;
  if (state === false || tenant === undefined || url === undefined) return undefined;
  // Another instance of the service has other objects.
  return `${tenant}@${new URL(url).host.replaceAll(/[^a-z0-9.-]/gi, '_')}.sync-state`;
}
