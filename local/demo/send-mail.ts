/** The last act of the demo: the mail, with its link. */
import { bold, print, wrap } from './print.ts';
import type { Stage } from './acts.ts';

/** Sends the mail that is sent on Mondays, shows it as it arrived, and follows its link. */
export async function sendMail({ client, mailbox }: Stage): Promise<void> {
  const { subject, to } = await client.mail();
  const { plainText } = await arrived(mailbox.url, subject);
  print([bold(`The Monday mail, sent now to ${to.join(' and ')}`), ...quote(plainText)]);
  const link = /^https?:\S+$/m.exec(plainText)?.[0] ?? '';
  const title = await open(link);
  print([
    bold('Its link'),
    `  opens the report: ${title}`,
    ...wrap('The demo ends here, and its mailbox with it. "npm start" keeps everything running, sends mail to a'),
    ...wrap('mailbox with a page of its own, and prints the command that sends this mail.'),
  ]);
}

type Message = { readonly subject: string; readonly plainText: string };

async function arrived(mailboxUrl: string, subject: string): Promise<Message> {
  const response = await fetch(`${mailboxUrl}/api/messages`);
  const { value } = (await response.json()) as { value: readonly Message[] };
  const message = value.find((each) => each.subject === subject);
  if (!message) throw new Error(`Cannot go on: no mail with the subject "${subject}" has arrived`);
  return message;
}

function quote(plainText: string): readonly string[] {
  return plainText
    .trimEnd()
    .split('\n')
    .flatMap((line) => quoteLine(line));
}

function quoteLine(line: string): readonly string[] {
  const indent = 2 + (/^ */.exec(line)?.[0].length ?? 0);
  return line.trim() === '' ? [''] : wrap(line.trim(), indent);
}

async function open(link: string): Promise<string> {
  const response = await fetch(link);
  if (response.status !== 200) throw new Error(`Cannot go on: the link to the report answered ${response.status}`);
  return /<title>([^<]*)<\/title>/.exec(await response.text())?.[1] ?? 'a page without a title';
}
