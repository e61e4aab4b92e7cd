/**
 * Makes Azurite save its data and end when its parent ends. It is loaded into the process before Azurite itself (`--import`).
 *
 * Azurite saves and closes on SIGINT. Its table service alone ignores SIGTERM, and would lose unsaved data.
 */
import { watchLifeline } from './watch-lifeline.ts';

const closingTakesAtMostMs = 10_000;
let closing = false;

process.on('SIGINT', letGo);
process.on('SIGTERM', () => {
  const azuriteListens = process.listenerCount('SIGTERM') > 1;
  if (azuriteListens) letGo();
  else process.emit('SIGINT', 'SIGINT');
});
watchLifeline(() => {
  if (!closing) process.emit('SIGINT', 'SIGINT');
});

/** The open channel to the parent would keep the process alive after everything in it has been closed. */
function letGo(): void {
  closing = true;
  if (process.connected) process.disconnect();
  setTimeout(() => process.exit(1), closingTakesAtMostMs).unref();
}
