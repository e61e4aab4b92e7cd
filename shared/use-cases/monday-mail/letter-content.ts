import type { Services } from '../../services.ts';
import type { Tenant } from '../../store/tenant-row.ts';
import type { Letter } from '../../store/week-mails.ts';
import type { Digest } from './read-digest.ts';

/** The content of a letter, before it is rendered. */
export type LetterContent = {
  readonly tenant: Tenant;
  readonly digest: Digest;
  readonly link: { readonly url: string; readonly expiresAt: Date };
  readonly now: Date;
  /** Whether the letter is a test mail, and not the mail of the week. */
  readonly isTest: boolean;
  /** Whether an earlier mail was sent: errors since then are new. Otherwise errors of the last seven days are new. */
  readonly followsMail: boolean;
};

/** The services of the Monday mail: its caller renders the letters. */
export type MailServices = Services & {
  readonly renderLetter: (content: LetterContent) => Promise<Letter>;
};
