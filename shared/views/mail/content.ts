import type { Digest } from '../../operations/monday-mail/read-digest.ts';
import type { Tenant } from '../../store/tenants.ts';

/** What a mail is written from. */
export type MailContent = {
  readonly tenant: Tenant;
  readonly digest: Digest;
  readonly link: { readonly url: string; readonly expiresAt: Date };
  readonly now: Date;
  /** Whether it was asked for by hand, and is not the week's. */
  readonly isTest: boolean;
  /** Whether there was a mail before it: what is new is told since then, or else of the last seven days. */
  readonly followsMail: boolean;
};
