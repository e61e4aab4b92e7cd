import type { RunningMailbox } from '../../local/mailbox.ts';
import type { ReceivedMessage } from '../../local/mailbox/state.ts';

type Counts = { total: number; accepted: number; repeated: number; refused: Record<string, number> };

async function read<T>({ url }: RunningMailbox, path: string): Promise<T> {
  return (await (await fetch(url + path)).json()) as T;
}

/** The mails that arrived, the newest first. */
export async function messagesOf(mailbox: RunningMailbox): Promise<readonly ReceivedMessage[]> {
  return (await read<{ value: ReceivedMessage[] }>(mailbox, '/api/messages')).value;
}

/** How many requests the mailbox got, and their outcome. */
export function requestsOf(mailbox: RunningMailbox): Promise<{ sends: Counts; queries: Counts }> {
  return read(mailbox, '/api/requests');
}

/** Sets the faults and limits of the mailbox. */
export async function faultsOf({ url }: RunningMailbox, wanted: object): Promise<void> {
  const { status } = await fetch(`${url}/api/faults`, { method: 'POST', body: JSON.stringify(wanted) });
  if (status !== 200) throw new Error(`The mailbox does not take the faults ${JSON.stringify(wanted)}`);
}

/** The recipients of the mails that arrived, the first to arrive first. */
export async function recipientsOf(mailbox: RunningMailbox): Promise<readonly string[]> {
  const messages = (await messagesOf(mailbox)).toReversed();
  return messages.flatMap(({ to }) => to.map(({ address }) => address));
}

/**
 * When a tenant has its mail so that it is due now, whatever day it is: from midnight on, in a zone where today is not a
 * Sunday. While it is Sunday in UTC, it is still Saturday in Samoa or already Monday in Kiribati.
 */
export function mailTimeNow(now: Date = new Date()): { readonly mailHour: 0; readonly mailTimeZone: string } {
  const inOtherZone = now.getUTCHours() < 10 ? 'Pacific/Pago_Pago' : 'Pacific/Kiritimati';
  return { mailHour: 0, mailTimeZone: now.getUTCDay() === 0 ? inOtherZone : 'UTC' };
}
