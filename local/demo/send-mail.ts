import type { RunningMailbox } from '../mailbox.ts';
import type { Client } from './client.ts';
import { bold, print, wrap } from './print.ts';

/** The last act: sends the Monday mail now, shows the mail that arrived, and follows its link. */
export async function sendMail({
  client,
  mailbox,
}: {
  readonly client: Client;
  readonly mailbox: RunningMailbox;
}): Promise<void> {
  const { subject, to } = await client.mail();
  const { plainText } = await arrived(mailbox.url, subject);
  print([bold(`The Monday mail, sent now to ${to.join(' and ')}`), ...quote(plainText)]);
  const link = /^https?:\S+$/m.exec(plainText)?.[0] ?? '';
  const title = await open(link);
  print([
    bold('Its link'),
    `  opens the report: ${title}`,
    ...wrap(
      'The demo and its mailbox end here. "npm start" keeps everything running, sends mail to a mailbox with a web page, and prints the command that sends this mail.',
    ),
  ]);
}

type Message = { readonly subject: string; readonly plainText: string };

async function arrived(mailboxUrl: string, subject: string): Promise<Message> {
  const response = await fetch(`${mailboxUrl}/api/messages`);
  const { value } = (await response.json()) as { value: readonly Message[] };
  const message = value.find((each) => each.subject === subject);
  if (!message) throw new Error(`Cannot continue the demo: no mail with the subject "${subject}" has arrived.`);
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
  if (response.status !== 200)
    throw new Error(`Cannot continue the demo: the link to the report answered ${response.status}.`);
  return /<title>([^<]*)<\/title>/.exec(await response.text())?.[1] ?? 'a page without a title';
}
