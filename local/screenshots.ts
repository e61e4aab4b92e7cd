/**
 * `node local/screenshots.ts [--to <folder>] [--all]`: builds, plays eight weeks of a merger into an Azurite in memory,
 * and takes the pictures of the report for the documentation. With `--all`, it also takes narrow, dark, printed and empty ones.
 */
import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { findTenant } from '../shared/use-cases/tenants/find-tenant.ts';
import { makeServices } from '../shared/services.ts';
import { startAzurite } from './azurite.ts';
import { startBrowser } from './browser.ts';
import { build } from './build.ts';
import { startFunctionsHost } from './functions-host.ts';
import { readLocalSettings } from './read-local-settings.ts';
import { projectRoot } from './project-root.ts';
import { runParts } from './run-parts.ts';
import { playPastWeeks } from './screenshots/play-past-weeks.ts';

const { values: options } = parseArgs({
  options: {
    to: { type: 'string', default: join(projectRoot, 'docs', 'images') },
    all: { type: 'boolean', default: false },
  },
});
const folder = resolve(options.to);

/** The size, the colours and the medium of a picture. */
type Picture = {
  readonly name: string;
  readonly width: number;
  readonly height: number | 'whole';
  readonly isDark?: boolean;
  readonly isPrinted?: boolean;
};

await runParts(async (parts) => {
  await build();
  const azurite = await parts.start('Azurite', () => startAzurite({ services: 'table', tablePort: 0, inMemory: true }));
  const environment = { AzureWebJobsStorage: azurite.connectionString };
  const host = await parts.start('The functions host', () => startFunctionsHost({ port: 0, quiet: true, environment }));
  const browser = await startBrowser();
  await mkdir(folder, { recursive: true });

  await register(host.url, 'contoso', 'Contoso');
  await register(host.url, 'calm', 'Calm Waters');
  const services = makeServices({ ...readLocalSettings(projectRoot), ...environment });
  await playPastWeeks(services, (await findTenant(services, 'contoso')).tenant);
  await fetch(`${host.url}/admin/functions/sweepQuarantine?wait=true`, { method: 'POST', body: '{}' });

  const report = await linkTo(host.url, 'contoso');
  const page = await browser.newPage({ timezoneId: 'Europe/Berlin' });
  await take(page, report, { name: 'report', width: 1200, height: 1460 });
  const conflict = await findConflict(page, report, 'Kim Abercrombie');
  await take(page, conflict, { name: 'conflict', width: 1200, height: 1180 });
  if (options.all) await takeMore(page, { report, conflict, empty: await linkTo(host.url, 'calm') });
  await browser.close();
  await parts.finish();
});

async function takeMore(page: Page, { report, conflict, empty }: Record<'report' | 'conflict' | 'empty', string>) {
  const views = { report, conflict, empty, failures: `${report}&view=failures`, refused: `${report}x` };
  for (const [view, address] of Object.entries(views)) {
    await take(page, address, { name: `${view}-whole`, width: 1200, height: 'whole' });
    await take(page, address, { name: `${view}-phone`, width: 375, height: 'whole' });
    await take(page, address, { name: `${view}-dark`, width: 1200, height: 'whole', isDark: true });
    await take(page, address, { name: `${view}-print`, width: 800, height: 'whole', isPrinted: true });
  }
}

async function take(
  page: Page,
  address: string,
  { name, width, height, isDark = false, isPrinted = false }: Picture,
): Promise<void> {
  const path = join(folder, `${name}.png`);
  await page.setViewportSize({ width, height: height === 'whole' ? 800 : height });
  await page.emulateMedia({ colorScheme: isDark ? 'dark' : 'light', media: isPrinted ? 'print' : 'screen' });
  await page.goto(address);
  await page.screenshot({ path, fullPage: height === 'whole' });
  console.log(`Took ${relative(process.cwd(), path)}`);
}

async function register(serviceUrl: string, tenantId: string, displayName: string): Promise<void> {
  const body = { initialDomain: `${tenantId}.onmicrosoft.com`, displayName, recipients: [] };
  await fetch(`${serviceUrl}/api/tenants/${tenantId}`, { method: 'PUT', body: JSON.stringify(body) });
}

/** Returns a link to the report of a tenant on the host of this run. */
async function linkTo(serviceUrl: string, tenantId: string): Promise<string> {
  const response = await fetch(`${serviceUrl}/api/tenants/${tenantId}/reportLink`, { method: 'POST' });
  const { url } = (await response.json()) as { url: string };
  return `${serviceUrl}/api/report${new URL(url).search}`;
}

async function findConflict(page: Page, report: string, name: string): Promise<string> {
  await page.goto(`${report}&search=${encodeURIComponent(name)}`);
  await page.locator('a.name').first().click();
  return page.url();
}
