/**
 * The lifeline between a parent and the child it forked: the IPC channel.
 *
 * The operating system cuts it when the parent ends, for any reason. So a child that watches it never outlives its parent.
 */
/** Calls `whenCut` once the parent has ended or cut the lifeline. Does nothing in a process without a lifeline. */
export function watchLifeline(whenCut: () => void): void {
  if (process.send === undefined) return;
  process.once('disconnect', whenCut);
}
