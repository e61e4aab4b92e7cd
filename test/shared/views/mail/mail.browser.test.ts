import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowser } from '../../../../local/browser.ts';
import type { RunningFunctionsHost } from '../../../../local/functions-host.ts';
import { type RunningMailbox, startMailbox } from '../../../../local/mailbox.ts';
import { contact, group, user } from '../../directory/fixtures.ts';
import { messagesOf } from '../../../support/mail.ts';
import { registerTenant, send, startService } from '../../../support/service.ts';

let browser: Browser;
let mailbox: RunningMailbox;
let service: RunningFunctionsHost;
let html: string;

beforeAll(async () => {
  mailbox = await startMailbox({ port: 0 });
  const environment = { COMMUNICATION_SERVICES_CONNECTION_STRING: mailbox.connectionString };
  [service, browser] = await Promise.all([startService(environment), startBrowser()]);
  const tenant = await registerTenant(service, { displayName: 'Contoso' });
  await tenant.export([
    user('a', { userPrincipalName: 'x@contoso.com' }),
    user('b', { userPrincipalName: 'x@contoso.com', displayName: '<img src="http://evil.example/x.png">' }),
    group('c', 'smtp:y@contoso.com'),
    contact('d', `smtp:y@contoso.com`),
    { ...group('e'), displayName: ' ' },
  ]);
  await send(`${tenant.url}/mail`, { method: 'POST' });
  const [message] = await messagesOf(mailbox);
  html = (message?.html ?? '').replaceAll('http://localhost:7071', service.url);
});
afterAll(async () => {
  await browser.close();
  await service.stop();
  await mailbox.stop();
});

async function openMail(width: number, colorScheme: 'light' | 'dark') {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
  const requested: string[] = [];
  page.on('request', (request) => void requested.push(request.url()));
  await page.setContent(html);
  return { page, requested };
}

describe('the mail, in a browser', () => {
  it('loads nothing, and fits a phone', async () => {
    const { page, requested } = await openMail(360, 'light');
    expect(await page.locator('h1').textContent()).toBe(
      '2 values are quarantined on 2 objects, and 1 operation failed',
    );
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(requested).toEqual([]);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('has enough contrast everywhere when it is %s', async (colorScheme) => {
    const { page } = await openMail(700, colorScheme);
    await page.addScriptTag({ path: 'node_modules/axe-core/axe.min.js' });
    const violations = await page.evaluate(
      `axe.run({ runOnly: ['color-contrast', 'table-duplicate-name', 'link-name'] }).then((result) => result.violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
    );
    expect(violations).toEqual([]);
    await page.close();
  });

  it('has a button that opens the report', async () => {
    const { page } = await openMail(700, 'light');
    await page.getByRole('link', { name: 'Open the report' }).click();
    await page.waitForURL(/\/api\/report\?token=/);
    expect(await page.title()).toContain('Contoso');
    await page.close();
  });
});
