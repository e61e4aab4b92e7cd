import type { FaultRequest, QueryFault, SendFault } from './parse-faults.ts';
import type { EmailAddress } from './email-message.ts';
import type { RateLimit } from './rate-limit.ts';

/** A message that arrived, as `/api/messages` gives it. */
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

/** One send, as its operation id is asked for. */
export type MailOperation = {
  /** What was sent under this id; another message under the same id is a conflict. */
  readonly content: string;
  /** Why it fails; without it, it succeeds. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Whether its status has been asked for before: it runs the first time, and is done the second. */
  wasQueried: boolean;
};

/** What became of the requests of one kind. */
export type Traffic = {
  accepted: number;
  /** Sends that repeated an accepted one, and were answered as it was. */
  repeated: number;
  /** By error code. */
  readonly refused: Record<string, number>;
  /** When those passed that count against the limit, ascending. */
  readonly passedMs: number[];
};

/** All that a mailbox remembers. */
export type MailboxState = {
  readonly accessKey: string;
  /** By which it judges how old a signature is. */
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
  /** How far the clock of the limits is ahead. */
  aheadMs: number;
};

/** An empty mailbox without faults or limits. */
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

/** Traffic before the first request. */
export function noTraffic(): Traffic {
  return { accepted: 0, repeated: 0, refused: {}, passedMs: [] };
}

/** Puts what a test asks for in force. */
export function setFaults(state: MailboxState, { advanceSeconds = 0, ...faults }: FaultRequest): void {
  Object.assign(state, faults);
  state.aheadMs += advanceSeconds * 1000;
}
