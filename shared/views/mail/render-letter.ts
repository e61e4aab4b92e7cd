import type { MailServices } from '../../use-cases/monday-mail/letter-content.ts';

/** Renders a letter as plain text and HTML. The templates are loaded with the first letter: a cold start does without. */
export const renderLetter: MailServices['renderLetter'] = async (content) => {
  const { renderMail } = await import('./render-mail.ts');
  return renderMail(content);
};
