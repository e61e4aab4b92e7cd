import type { Services } from '../../services.ts';
import type { Tenant } from '../../store/tenants.ts';
import type { Letter } from '../../store/week-mails.ts';
import type { Digest } from './read-digest.ts';

/** The content of a letter, before it is rendered. */
export type LetterContent = {
  readonly tenant: Tenant;
  readonly digest: Digest;
  readonly link: { readonly url: string; readonly expiresAt: Date };
  readonly now: Date;
  /** Whether the letter was requested by hand: it is not the one of the week. */
  readonly isTest: boolean;
  /** Whether there was an earlier letter: then news are those since, otherwise those of the last seven days. */
  readonly followsMail: boolean;
};

/** The services of the Monday mail: its caller renders the letters. */
export type MailServices = Services & {
  readonly renderLetter: (content: LetterContent) => Promise<Letter>;
};
