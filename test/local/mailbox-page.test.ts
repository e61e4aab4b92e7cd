import { describe, expect, it } from 'vitest';
import { reportAbout, report, useMailbox } from './mailbox-fixture.ts';

const { running, client, messages } = useMailbox();

const nasty = `"><script>alert('1')</script>&amp;`;
const escaped = '&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;amp;';

async function page(path: string): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(running().url + path);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('the page', () => {
  it('is empty at first, and says so', async () => {
    expect((await page('/')).text).toContain('No messages yet');
  });

  it('lists the messages, newest first, with a link to each', async () => {
    await client().beginSend(reportAbout('First'));
    await client().beginSend(reportAbout('Second'));
    const { text } = await page('/');
    const [second, first] = await messages();
    expect(text.indexOf('Second')).toBeLessThan(text.indexOf('First'));
    expect([...text.matchAll(/href="(\/messages\/[^"]+)"/g)].map((match) => match[1])).toEqual([
      `/messages/${second?.id}`,
      `/messages/${first?.id}`,
    ]);
  });

  it('shows one message: its text, and its HTML in a frame without scripts', async () => {
    await client().beginSend(report);
    const { text } = await page(`/messages/${(await messages())[0]?.id}`);
    expect(text).toContain('Ann Admin &#60;admin@contoso.com&#62;');
    expect(text).toContain('<pre>Joe waits.</pre>');
    expect(/<iframe[^>]*>/.exec(text)?.[0]).toMatch(/sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    expect(text).toContain('&#60;p&#62;Joe waits.&#60;/p&#62;"');
  });

  it('turns the addresses in a text into links', async () => {
    const plainText = 'See https://contoso.com/report?a=1&b="2" now.';
    await client().beginSend({ ...report, content: { subject: 'Link', plainText } });
    const { text } = await page(`/messages/${(await messages())[0]?.id}`);
    const link = 'https://contoso.com/report?a=1&#38;b=';
    const anchor = `<a href="${link}" target="_blank" rel="noopener noreferrer">${link}</a>`;
    expect(text).toContain(`<pre>See ${anchor}&#34;2&#34; now.</pre>`);
  });

  it('escapes the whole content of a message', async () => {
    await client().beginSend({
      senderAddress: "o'neil&co@contoso.com",
      content: { subject: nasty, plainText: nasty, html: nasty },
      recipients: { to: [{ address: 'admin@contoso.com', displayName: nasty }] },
      attachments: [{ name: nasty, contentType: 'text/plain', contentInBase64: '' }],
    });
    for (const path of ['/', `/messages/${(await messages())[0]?.id}`]) {
      const { text } = await page(path);
      expect(text).toContain(escaped);
      expect(text).not.toContain('<script>');
      expect(text).not.toContain(nasty);
    }
  });

  it('answers 404 for a message that no longer exists', async () => {
    const { status, text } = await page('/messages/forgotten');
    expect(status).toBe(404);
    expect(text).toContain('This message no longer exists');
  });

  it.each([
    ['/', 'text/html'],
    ['/page.css', 'text/css'],
    ['/page.js', 'text/javascript'],
  ])('serves %s with a policy that allows no other scripts', async (path, type) => {
    const { headers } = await page(path);
    expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /);
  });
});
