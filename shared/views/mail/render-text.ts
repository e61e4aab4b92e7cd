/** The mail as plain text: it must be readable in every letter, so nothing depends on columns. */
import type { ProvisioningError } from '../../directory/provisioning-error.ts';
import { number } from '../report/labels.ts';
import { showInvisible } from '../show-invisible.ts';
import type { LetterContent } from '../../use-cases/monday-mail/letter-content.ts';
import {
  aboutLink,
  aboutRecipients,
  aboutTest,
  andMore,
  conflictWords,
  countsOf,
  failureWords,
  headline,
  longestWait,
  propertyNames,
  resolvedHow,
  sinceWhen,
  tenantName,
} from './sentences.ts';

/** Writes the plain text. */
export function renderText(content: LetterContent, title: string): string {
  const { digest } = content;
  const blocks = [
    [title, tenantName(content)],
    content.isTest ? [aboutTest] : [],
    [`${headline(content)}.`, ...numbers(content)],
    [
      'Open the report, which shows each of them, who has the value, and what to do:',
      content.link.url,
      '',
      aboutLink(content),
    ],
    conflicts(`New ${sinceWhen(content)}`, digest.newest, content),
    conflicts('Waiting longest', digest.longest, content),
    andMore(content) ? [andMore(content)] : [],
    failures(content),
    ['--', ...aboutRecipients(content)],
  ];
  const text = blocks.filter((block) => block.length > 0).map((block) => block.map(oneLine).join('\n'));
  return showInvisible(`${text.join('\n\n')}\n`);
}

function numbers(content: LetterContent): readonly string[] {
  const { newValues, ended } = content.digest;
  const wait = longestWait(content);
  return [
    ...(wait ? propertyNames.map(({ property, label }) => `${label}: ${countsOf(content, property)}`) : []),
    `New ${sinceWhen(content)}: ${number(newValues)}`,
    `Since then ${number(ended.released + ended.withdrawn)} ${resolvedHow(content)}`,
    ...(wait ? [`Longest wait: ${wait.wait}, ${wait.since}`] : []),
  ];
}

function conflicts(title: string, errors: readonly ProvisioningError[], content: LetterContent): readonly string[] {
  if (errors.length === 0) return [];
  const entries = errors.flatMap((error) => {
    const { value, property, asked, held, since } = conflictWords(content, error);
    return ['', `* ${value} (${property})`, `  asked for by: ${asked}`, `  held by: ${held}`, `  since: ${since}`];
  });
  return [`${title}:`, ...entries];
}

function failures({ digest: { failures: page } }: LetterContent): readonly string[] {
  if (page.entries.length === 0) return [];
  const entries = page.entries.map(failureWords).map(({ name, message }) => `* ${name}: ${message}`);
  const more = page.count - page.entries.length;
  return ['Operations that failed:', ...entries, ...(more > 0 ? [`${number(more)} more in the report.`] : [])];
}

/** A name can hold a line break, and could pass for lines of our own. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u0085\u2028\u2029]+/g, ' ');
}
