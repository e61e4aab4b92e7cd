/** The faults that a test sets with `POST /api/faults`. */
import { z } from 'zod';
import { Refused } from './refused.ts';
import { recipientsOf, type EmailMessage } from './email-message.ts';

const seconds = z.int().nonnegative();

const throttle = z.strictObject({ kind: z.literal('throttle'), retryAfterSeconds: seconds.default(30) });
const status = z.strictObject({ kind: z.literal('status'), status: z.int().min(400).max(599) });
const slow = z.strictObject({ kind: z.literal('slow'), ms: z.int().nonnegative() });
const loseAnswer = z.strictObject({ kind: z.literal('loseAnswer') });
const failOperation = z.strictObject({
  kind: z.literal('failOperation'),
  code: z.string().default('EmailDropped'),
  message: z.string().default('Email was dropped after several attempts to deliver.'),
});
const refuseRecipient = z.strictObject({ kind: z.literal('refuseRecipient'), address: z.string() });

const limit = z.strictObject({ perMinute: seconds.optional(), perHour: seconds.optional() });

const requestSchema = z.strictObject({
  next: z
    .array(z.discriminatedUnion('kind', [throttle, status, slow, loseAnswer, failOperation, refuseRecipient]))
    .optional(),
  nextQueries: z.array(z.discriminatedUnion('kind', [throttle, status, slow, loseAnswer])).optional(),
  limit: limit.optional(),
  queryLimit: limit.optional(),
  advanceSeconds: seconds.optional(),
});

/** The body of a request for faults. A field that is present replaces the earlier one; `advanceSeconds` adds up. */
export type FaultRequest = z.infer<typeof requestSchema>;

/** A fault of one status query. */
export type QueryFault = NonNullable<FaultRequest['nextQueries']>[number];

/** A fault of one send. */
export type SendFault = NonNullable<FaultRequest['next']>[number];

/** Parses the body of `POST /api/faults`. */
export function parseFaults(body: unknown): FaultRequest {
  const parsed = requestSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Refused(400, 'BadRequest', `Cannot set the faults: ${z.prettifyError(parsed.error)}`);
}

/** Returns the first fault that applies to a message, and the faults that remain for later messages. */
export function takeFault(
  faults: readonly SendFault[],
  message: EmailMessage,
): { readonly fault: SendFault | undefined; readonly rest: readonly SendFault[] } {
  const index = faults.findIndex((fault) => applies(fault, message));
  return { fault: faults[index], rest: faults.filter((_, at) => at !== index) };
}

/** The refusal of a recipient applies to the next message to that recipient; all other faults apply to any message. */
function applies(fault: SendFault, message: EmailMessage): boolean {
  if (fault.kind !== 'refuseRecipient') return true;
  const refused = fault.address.toLowerCase();
  return recipientsOf(message).some(({ address }) => address.toLowerCase() === refused);
}
