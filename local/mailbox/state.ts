import type { FaultRequest, QueryFault, SendFault } from './parse-faults.ts';
import type { EmailAddress } from './email-message.ts';
import type { RateLimit } from './rate-limit.ts';

/** A message that arrived, as in the answer of `/api/messages`. */
export type ReceivedMessage = {
  /** The id of the operation that sent it. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  readonly senderAddress: string;
  readonly to: readonly EmailAddress[];
  readonly cc: readonly EmailAddress[];
  readonly bcc: readonly EmailAddress[];
  readonly replyTo: readonly EmailAddress[];
  readonly subject: string;
  readonly plainText: string | null;
  readonly html: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly { readonly name: string; readonly contentType: string }[];
};

/** The operation that delivers one message. */
export type MailOperation = {
  /** The message that was sent with this id; another message with the same id is a conflict. */
  readonly content: string;
  /** Why it fails; null if it succeeds. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Whether its status was queried before: it is running at the first query, and has ended at the second. */
  wasQueried: boolean;
};

/** The counts of the requests of one kind. */
export type Traffic = {
  accepted: number;
  /** Sends that repeated an accepted one, and got the same answer. */
  repeated: number;
  /** By error code. */
  readonly refused: Record<string, number>;
  /** The times of the requests that count against the limit, ascending. */
  readonly passedMs: number[];
};

/** The state of a mailbox. */
export type MailboxState = {
  readonly accessKey: string;
  /** The clock for the age of a signature. */
  readonly now: () => Date;
  /** Newest first. */
  messages: readonly ReceivedMessage[];
  readonly operations: Map<string, MailOperation>;
  sends: Traffic;
  queries: Traffic;
  next: readonly SendFault[];
  nextQueries: readonly QueryFault[];
  limit: RateLimit;
  queryLimit: RateLimit;
  /** How far the clock for the limits is ahead. */
  aheadMs: number;
};

/** Returns the state of an empty mailbox, without faults or limits. */
export function createMailboxState({
  accessKey,
  now = () => new Date(),
}: {
  readonly accessKey: string;
  readonly now?: () => Date;
}): MailboxState {
  return {
    accessKey,
    now,
    messages: [],
    operations: new Map(),
    sends: noTraffic(),
    queries: noTraffic(),
    next: [],
    nextQueries: [],
    limit: {},
    queryLimit: {},
    aheadMs: 0,
  };
}

/** Returns the counts before the first request. */
export function noTraffic(): Traffic {
  return { accepted: 0, repeated: 0, refused: {}, passedMs: [] };
}

/** Applies the faults and limits that a test sets. */
export function setFaults(state: MailboxState, { advanceSeconds = 0, ...faults }: FaultRequest): void {
  Object.assign(state, faults);
  state.aheadMs += advanceSeconds * 1000;
}
