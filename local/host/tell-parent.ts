/** What the host tells the process that forked it. */
export type HostMessage =
  { readonly ready: true; readonly url: string } | { readonly ready: false; readonly message: string };

/** Tells the parent, if there is one that listens. Says whether there is. */
export async function tellParent(message: HostMessage): Promise<boolean> {
  if (!process.connected) return false;
  return new Promise((resolve) => process.send?.(message, (error: Error | null) => resolve(error === null)));
}
