/** A message of the host to the process that forked it. */
export type HostMessage =
  { readonly ready: true; readonly url: string } | { readonly ready: false; readonly message: string };

/** Sends a message to the parent. Returns whether there is a parent that received it. */
export async function tellParent(message: HostMessage): Promise<boolean> {
  if (!process.connected) return false;
  return new Promise((resolve) => process.send?.(message, (error: Error | null) => resolve(error === null)));
}
