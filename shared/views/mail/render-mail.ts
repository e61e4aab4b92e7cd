/** Writes the Monday mail, as plain text and as HTML. */
import type { Letter } from '../../store/week-mails.ts';
import type { LetterContent } from '../../use-cases/monday-mail/letter-content.ts';
import { renderHtml } from './render-html.tsx';
import { renderText } from './render-text.ts';

const subject = 'Sync errors detected on your Azure AD Connect service';

/** Writes a mail. Both forms say the same. */
export function renderMail(content: LetterContent): Letter {
  return { subject, plainText: renderText(content, subject), html: renderHtml(content, subject) };
}
