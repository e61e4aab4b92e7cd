import { html, type Html } from './html.ts';
import { renderMessage } from './render-message.ts';
import type { ReceivedMessage } from './state.ts';

const timeFormat = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const dayFormat = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });

/** Renders the page: the list, and the shown message, if any; `gone` for a message that no longer exists. */
export function renderPage(messages: readonly ReceivedMessage[], shown: ReceivedMessage | 'none' | 'gone'): string {
  const title = messages.length === 0 ? 'Mailbox' : `(${messages.length}) Mailbox`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/page.css" />
        <script src="/page.js" defer></script>
      </head>
      <body class="${shown === 'none' ? 'listing' : 'reading'}">
        ${renderHeader(messages.length)} ${renderList(messages, shown)} ${renderMain(messages, shown)}
        <p class="stopped-notice" role="status">The mailbox does not answer. Is it still running?</p>
      </body>
    </html>`;
  return page.html;
}

function renderHeader(count: number): Html {
  const summary = count === 1 ? '1 message' : `${count} messages`;
  return html`<header>
    <h1><a href="/">Mailbox</a></h1>
    <p>${summary}</p>
    <button id="empty" type="button" ${count === 0 ? 'disabled' : ''}>Empty</button>
  </header>`;
}

function renderList(messages: readonly ReceivedMessage[], shown: ReceivedMessage | 'none' | 'gone'): Html {
  return html`<nav aria-label="Messages">
    <ol>
      ${messages.map((message) => renderEntry(message, message === shown))}
    </ol>
  </nav>`;
}

function renderEntry(message: ReceivedMessage, isShown: boolean): Html {
  return html`<li>
    <a href="/messages/${message.id}" ${isShown ? html`aria-current="page"` : ''}>
      <span class="to">${recipients(message)}</span>
      ${renderTime(message.receivedAt)}
      <span class="subject">${message.subject}</span>
      <span class="snippet">${snippet(message)}</span>
    </a>
  </li>`;
}

function renderTime(receivedAt: string): Html {
  const moment = new Date(receivedAt);
  const isToday = moment.toDateString() === new Date().toDateString();
  const text = isToday ? timeFormat.format(moment) : dayFormat.format(moment);
  return html`<time datetime="${receivedAt}">${text}</time>`;
}

function recipients({ to, cc, bcc }: ReceivedMessage): string {
  return [...to, ...cc, ...bcc].map(({ address, displayName }) => displayName ?? address).join(', ');
}

function snippet({ plainText }: ReceivedMessage): string {
  return (plainText ?? 'HTML only').replaceAll(/\s+/g, ' ').trim().slice(0, 160);
}

function renderMain(messages: readonly ReceivedMessage[], shown: ReceivedMessage | 'none' | 'gone'): Html {
  if (typeof shown === 'object') return html`<main>${renderMessage(shown)}</main>`;
  const [headline, advice] = emptyTexts(messages.length, shown);
  return html`<main>
    <div class="hint">
      <h2>${headline}</h2>
      <p>${advice}</p>
    </div>
  </main>`;
}

function emptyTexts(count: number, shown: 'none' | 'gone'): readonly [string, string] {
  if (shown === 'gone') return ['This message no longer exists', 'The mailbox was emptied or restarted.'];
  if (count > 0) return ['No message selected', 'Choose one from the list.'];
  return [
    'No messages yet',
    'Messages that are sent to this mailbox appear here automatically. None of them leaves this machine.',
  ];
}
