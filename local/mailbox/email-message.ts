import { z } from 'zod';
import { invalidAddress, invalidBody, Refused } from './refused.ts';

/** The most recipients of one message: to, cc and bcc together. */
const recipientLimit = 50;

const addressFormat = /^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\[\]]+$/;

const addressSchema = z.object({ address: z.string(), displayName: z.string().optional() });
const addressesSchema = z.array(addressSchema).default([]);

const messageSchema = z.object({
  senderAddress: z.string().regex(addressFormat),
  content: z
    .object({ subject: z.string().min(1), plainText: z.string().nullish(), html: z.string().nullish() })
    .refine(({ plainText, html }) => Boolean(plainText) || Boolean(html)),
  recipients: z.object({ to: addressesSchema, cc: addressesSchema, bcc: addressesSchema }),
  replyTo: addressesSchema,
  headers: z.record(z.string(), z.string()).default({}),
  attachments: z
    .array(
      z.object({
        name: z.string(),
        contentType: z.string(),
        contentInBase64: z.base64(),
        contentId: z.string().optional(),
      }),
    )
    .default([]),
  userEngagementTrackingDisabled: z.boolean().optional(),
});

export type EmailAddress = z.infer<typeof addressSchema>;

/** A message as the service accepts it. */
export type EmailMessage = z.infer<typeof messageSchema>;

/** Checks a message like the service. Refuses it with the name of the wrong property. */
export function parseEmailMessage(body: unknown): EmailMessage {
  const parsed = messageSchema.safeParse(body);
  if (!parsed.success) throw invalidBody(parsed.error.issues[0]?.path.join('.') ?? '');
  const recipients = recipientsOf(parsed.data);
  if (recipients.length === 0) throw invalidBody('recipients');
  if (recipients.length > recipientLimit) throw tooManyRecipients(recipients.length);
  if (!recipients.every(({ address }) => addressFormat.test(address))) throw invalidAddress();
  return parsed.data;
}

/** Returns all recipients of a message. */
export function recipientsOf({ recipients: { to, cc, bcc } }: EmailMessage): readonly EmailAddress[] {
  return [...to, ...cc, ...bcc];
}

function tooManyRecipients(count: number): Refused {
  const message = `Request body validation error. See property 'recipients': ${count} recipients, the limit is ${recipientLimit}`;
  return new Refused(400, 'BadRequest', message);
}
