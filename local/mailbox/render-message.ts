import { html, type Html } from './html.ts';
import type { EmailAddress } from './email-message.ts';
import type { ReceivedMessage } from './state.ts';

const momentFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'medium' });

/** Renders one message: its addresses, its time, and its HTML or its text. */
export function renderMessage(message: ReceivedMessage): Html {
  return html`<article>
    <a class="back" href="/">All messages</a>
    <h2>${message.subject}</h2>
    <dl>
      ${facts(message).map(
        ([name, text]) =>
          html`<dt>${name}</dt>
            <dd>${text}</dd>`,
      )}
    </dl>
    ${renderBody(message)}
  </article>`;
}

function facts(message: ReceivedMessage): readonly (readonly [string, string])[] {
  const all = [
    ['From', message.senderAddress],
    ['To', list(message.to)],
    ['Cc', list(message.cc)],
    ['Bcc', list(message.bcc)],
    ['Reply to', list(message.replyTo)],
    ['Received', momentFormat.format(new Date(message.receivedAt))],
    ['Attached', message.attachments.map(({ name }) => name).join(', ')],
  ] as const;
  return all.filter(([, text]) => text !== '');
}

function list(addresses: readonly EmailAddress[]): string {
  return addresses
    .map(({ address, displayName }) => (displayName === undefined ? address : `${displayName} <${address}>`))
    .join(', ');
}

function renderBody({ html: markup, plainText }: ReceivedMessage): Html {
  if (markup === null) return renderText(plainText ?? '');
  if (plainText === null) return renderFrame(markup);
  return html`<div class="tabs">
    <input type="radio" name="shown" id="show-html" checked /><label for="show-html">HTML</label>
    <input type="radio" name="shown" id="show-text" /><label for="show-text">Text</label>
    ${renderFrame(markup)} ${renderText(plainText)}
  </div>`;
}

function renderText(text: string): Html {
  const parts = text.split(/(https?:\/\/[^\s<>"]+)/);
  // A split by one group puts its matches at the odd places.
  return html`<pre>${parts.map((part, index) => (index % 2 === 1 ? renderLink(part) : html`${part}`))}</pre>`;
}

function renderLink(address: string): Html {
  return html`<a href="${address}" target="_blank" rel="noopener noreferrer">${address}</a>`;
}

/** Scripts in the frame cannot run. Links open in a new tab, without this restriction. */
function renderFrame(markup: string): Html {
  // The base comes before the doctype of the message. Without a doctype before the base, the message would be in quirks mode.
  const framed = `<!doctype html><base target="_blank">${markup}`;
  return html`<iframe
    title="The message as HTML"
    sandbox="allow-popups allow-popups-to-escape-sandbox"
    srcdoc="${framed}"
  ></iframe>`;
}
