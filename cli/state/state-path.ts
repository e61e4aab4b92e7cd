/** Where the state file lies. */

export type StateChoice = {
  /** A path; undefined where none was given, false where nothing is to be remembered. */
  readonly state?: string | false | undefined;
  readonly tenant?: string | undefined;
  readonly url?: string | undefined;
};

/** Gives the path of the state file: the one chosen, else one for the tenant and the service in this folder; undefined for none. */
export function stateFileOf({ state, tenant, url }: StateChoice): string | undefined {
  if (typeof state === 'string') return state;
  if (state === false || tenant === undefined || url === undefined) return undefined;
  // A copy of the service on another address knows other objects.
  return `${tenant}@${new URL(url).host.replaceAll(/[^a-z0-9.-]/gi, '_')}.sync-state`;
}
