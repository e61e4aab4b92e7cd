import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

/** A page, and what went wrong on it: errors of its scripts, messages of its console, requests to elsewhere. */
export type WatchedPage = { readonly page: Page; readonly complaints: readonly string[] };

/** Opens a page that notes everything that is no part of a quiet page of this service. */
export async function openWatched(
  browser: Browser,
  serviceUrl: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${serviceUrl}/`) && !url.startsWith('data:')) complaints.push(`request: ${url}`);
  });
  return { page, complaints };
}

/** Expects that axe-core finds nothing to complain about, its best practices included. */
export async function expectAccessible(page: Page): Promise<void> {
  // The page's own policy lets nothing be added to it; this goes in beside it.
  await page.evaluate(axe.source);
  const violations = await page.evaluate<string[]>(`
    axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html, any }) => html.slice(0, 160) + ' ' + (any[0]?.message ?? '')).join(' | ')))`);
  expect(violations).toEqual([]);
}

/** Presses Tab until the page starts over, and gives what had the focus, in words. */
export async function tabThrough(page: Page, most = 200): Promise<readonly string[]> {
  const stops: string[] = [];
  for (let stop = 0; stop < most; stop++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate<string>(`
      (() => {
        const { tagName, name, textContent } = document.activeElement;
        return tagName === 'BODY' ? '' : tagName.toLowerCase() + ':' + (name || textContent.trim()).slice(0, 60);
      })()`);
    if (name === '') break;
    stops.push(name);
  }
  return stops;
}
