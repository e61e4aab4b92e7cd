import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowser } from '../../../../local/browser.ts';
import type { RunningFunctionsHost } from '../../../../local/functions-host.ts';
import { findTenant } from '../../../../shared/use-cases/tenants/find-tenant.ts';
import { contact, group, remove, user } from '../../directory/fixtures.ts';
import { expectAccessible, openWatched, tabThrough, type WatchedPage } from '../../../support/browser.ts';
import { seedErrors } from '../../../support/seed-errors.ts';
import { registerTenant, send, startService } from '../../../support/service.ts';
import { servicesHere } from '../../../support/storage.ts';

let service: RunningFunctionsHost;
let browser: Browser;
let report: string;
let empty: string;

type Tenant = Awaited<ReturnType<typeof registerTenant>>;

async function linkTo({ url }: Tenant): Promise<string> {
  const { body } = await send(`${url}/reportLink`, { method: 'POST' });
  return `${service.url}/api/report${new URL(body.url as string).search}`;
}

const nasty = `<script>alert(1)</script>"'&<img src=x onerror=alert(2)>`;
const at = (name: string): string => `${name}@contoso.com`;
const from = (onPremisesDomainName: string) => ({ attributes: { onPremisesDomainName } });

/** A tenant with conflicts of many kinds: 31 values are kept from 31 objects, and two operations failed. */
async function makeTenant(): Promise<Tenant> {
  const tenant = await registerTenant(service, { displayName: nasty });
  await tenant.export([
    user('holder', { displayName: 'Kim Holder', userPrincipalName: at('kim'), ...from('contoso.com') }),
    group('club', 'SMTP:joe@contoso.com'),
    contact('partner', `smtp:${at('press')}`),
    ...Array.from({ length: 26 }, (_, n) => group(`has${n}`, `smtp:${at(`list${n}`)}`)),
  ]);
  await tenant.export([
    user('kim', { displayName: 'Kim Waiter', userPrincipalName: at('KIM'), ...from('fabrikam.com') }),
    user('kim2', { displayName: 'Kim Second', userPrincipalName: at('kim'), ...from('fabrikam.com') }),
    user('joe', { displayName: nasty, userPrincipalName: at('joe'), exchangeLicensed: true }),
    group('press', `SMTP:${at('press')}`),
    contact('c', `smtp:${at('list0')}`),
    ...Array.from({ length: 26 }, (_, n) => group(`asks${n}`, `smtp:${at(`list${n}`)}`)),
    user('bad', { displayName: 'Garth Fort', userPrincipalName: 'garth fort@contoso.com' }),
    user('worse', { displayName: nasty, userPrincipalName: 'x' }),
  ]);
  return tenant;
}

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
  const tenant = await makeTenant();
  report = await linkTo(tenant);
  empty = await linkTo(await registerTenant(service, { displayName: 'Calm Waters' }));
  await send(`${service.url}/admin/functions/sweepQuarantine?wait=true`, { method: 'POST', body: {} });
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

/** Opens the report, does something there, and expects that the page stayed quiet. */
async function visit(
  address: string,
  act: (page: Page) => Promise<void>,
  options: Parameters<typeof openWatched>[2] = {},
): Promise<void> {
  const { page, complaints }: WatchedPage = await openWatched(browser, service.url, options);
  await page.goto(address);
  await act(page);
  expect(complaints).toEqual([]);
  await page.context().close();
}

const names = (page: Page): Promise<string[]> => page.locator('.list .name').allTextContents();

describe('the report', () => {
  it('shows at a glance how much is quarantined, of what, and how long it has waited', () =>
    visit(report, async (page) => {
      const figures = await page.locator('.figures').innerText();
      expect(figures).toMatch(/31\s+values quarantined/);
      expect(figures).toContain('on 31 objects');
      expect(figures).toMatch(/User principal name\s+2/);
      expect(figures).toMatch(/Proxy address\s+29/);
      expect(figures).toMatch(/2\s+operations failed/);
      expect(figures).toContain('less than a minute');
    }));

  it('draws charts that say in words and in tables what they show', () =>
    visit(report, async (page) => {
      const weeks = page.getByRole('img', { name: 'Quarantined values in the last eight weeks' });
      expect(await weeks.locator('desc').textContent()).toContain('31 open now. This week: 31 new, 0 released');
      await page.getByText('The numbers of the chart').first().click();
      const lastWeek = page.getByRole('table', { name: 'Quarantined values by week' }).getByRole('row').last();
      expect(await lastWeek.getByRole('cell').allInnerTexts()).toEqual(['31', '0', '0', '31']);
      const types = page.getByRole('img', { name: 'Quarantined values by type' });
      expect(await types.locator('desc').textContent()).toBe('Users: 3. Groups: 27. Contacts: 1.');
    }));

  it('leads through the list page by page', () =>
    visit(report, async (page) => {
      const first = await names(page);
      expect(first).toHaveLength(25);
      expect(await page.locator('.pager').innerText()).toContain('1 to 25 of 31');
      await page.getByRole('link', { name: 'Next page' }).click();
      const second = await names(page);
      expect(new Set([...first, ...second]).size).toBe(31);
      expect(await page.locator('.pager').innerText()).toContain('26 to 31 of 31');
      await page.getByRole('link', { name: 'First page' }).click();
      expect(await names(page)).toEqual(first);
    }));

  it('searches, filters, sorts and sizes the list, all in the address', () =>
    visit(report, async (page) => {
      await page.getByLabel('Search').fill('kim');
      await page.getByLabel('Property').selectOption('User principal name');
      await page.getByLabel('Type', { exact: true }).selectOption('Users');
      await page.getByLabel('Order').selectOption('Name, Z to A');
      await page.getByLabel('On a page').selectOption('10');
      await page.getByRole('button', { name: 'Show' }).click();
      const expected = ['Kim Waiter, KIM@contoso.com', 'Kim Second, kim@contoso.com'];
      expect(await names(page)).toEqual(expected);
      expect(new URL(page.url()).searchParams.get('sort')).toBe('-displayName');
      await page.goto(page.url());
      expect(await names(page)).toEqual(expected);
      expect(await page.getByLabel('Search').inputValue()).toBe('kim');
      await page.getByRole('link', { name: 'Kept from' }).click();
      expect(await names(page)).toEqual(expected.toReversed());
      expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('ascending');
      await page.getByRole('link', { name: 'Show all' }).click();
      expect(await names(page)).toHaveLength(10);
    }));

  it('narrows the list by the figures', () =>
    visit(report, async (page) => {
      await page.locator('.figures').getByRole('link', { name: 'User principal name' }).click();
      expect(await names(page)).toHaveLength(2);
      await page.getByRole('link', { name: 'Contacts' }).click();
      expect(await names(page)).toEqual(['Contact c, smtp:list0@contoso.com']);
    }));

  it('says so when nothing matches', () =>
    visit(`${report}&search=nobody`, async (page) => {
      expect(await page.locator('.nothing').innerText()).toContain('Nothing matches');
    }));

  it('gives the list as CSV, with the same filter', () =>
    visit(`${report}&property=UserPrincipalName`, async (page) => {
      const href = await page.getByRole('link', { name: 'Download as CSV' }).getAttribute('href');
      const response = await page.request.get(new URL(href ?? '', page.url()).href);
      expect(response.headers()).toMatchObject({ 'content-type': expect.stringContaining('text/csv') as string });
      const lines = (await response.text()).trim().split('\r\n');
      expect(lines).toHaveLength(3);
      expect(lines[1]).toContain('Kim Waiter');
    }));

  it('writes names unchanged, whatever is in them', () =>
    visit(report, async (page) => {
      expect(await page.locator('.tenant strong').innerText()).toBe(nasty);
      await page.getByLabel('Search').fill(nasty);
      await page.getByRole('button', { name: 'Show' }).click();
      expect(await names(page)).toEqual([`${nasty}, smtp:joe@contoso.com`]);
      await page.locator('.list .name').click();
      expect(await page.locator('.side h2').allInnerTexts()).toEqual(['Group club', nasty]);
    }));

  it('lists what failed, with what to do', () =>
    visit(report, async (page) => {
      await page.getByRole('link', { name: 'what to do' }).click();
      expect(await page.locator('.failures li').count()).toBe(2);
      const text = await page.locator('.failures').innerText();
      expect(text).toContain('Garth Fort');
      expect(text).toContain('IdentityDataValidationFailed');
      expect(text).toContain('Correct the user principal name in the on-premises directory');
    }));

  it('gives times in the zone of the reader, with the exact UTC on hover', () =>
    visit(
      report,
      async (page) => {
        const time = page.locator('.list time').first();
        const [shown, iso, title] = [
          await time.innerText(),
          (await time.getAttribute('datetime')) ?? '',
          await time.getAttribute('title'),
        ];
        const there = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Asia/Tokyo' });
        expect(shown).toContain(there.format(new Date(iso)));
        expect(title).toBe(`${iso.slice(0, 10)} ${iso.slice(11, -1)} UTC`);
        expect(await page.locator('footer').innerText()).toContain('Asia/Tokyo');
      },
      { timezoneId: 'Asia/Tokyo' },
    ));

  it('needs no script', () =>
    visit(
      report,
      async (page) => {
        expect(await page.locator('.list time').first().innerText()).toMatch(/ UTC$/);
        await page.getByLabel('Type', { exact: true }).selectOption('Contacts');
        await page.getByRole('button', { name: 'Show' }).click();
        await page.locator('.list .name').first().click();
        expect(await page.locator('h1').innerText()).toBe('smtp:list0@contoso.com');
      },
      { javaScriptEnabled: false },
    ));

  it('is reached by keyboard alone: everything in its order, to a conflict and back', () =>
    visit(`${report}&pageSize=10`, async (page) => {
      const stops = await tabThrough(page);
      expect(stops[0]).toBe('a:Skip to the content');
      const inOrder = ['a:User principal name', 'a:what to do', 'a:Download as CSV', 'input:search', 'select:property'];
      const places = [...inOrder, 'select:pageSize', 'button:Show', 'a:Next page'].map((stop) => stops.indexOf(stop));
      expect(places).not.toContain(-1);
      expect(places).toEqual(places.toSorted((left, right) => left - right));
      await page.locator('.list .name').first().focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'What to do' }).waitFor();
      await page.getByRole('link', { name: 'All quarantined values' }).press('Enter');
      await page.getByRole('heading', { name: 'Quarantined values' }).waitFor();
    }));

  it('shows the first of 20,000 errors, leads on, and finds the last', async () => {
    const tenant = await registerTenant(service);
    const services = servicesHere();
    await seedErrors(services, (await findTenant(services, tenant.tenantId)).tenant, 20_000);
    await visit(await linkTo(tenant), async (page) => {
      expect(await page.locator('.figures').innerText()).toMatch(/20,000\s+values quarantined/);
      await page.getByRole('link', { name: 'Next page' }).click();
      expect(await page.locator('.pager').innerText()).toContain('26 to 50 of 20,000');
      expect((await page.content()).length).toBeLessThan(80_000);
      await page.getByLabel('Search').fill('seeded19899@');
      await page.getByRole('button', { name: 'Show' }).click();
      expect(await names(page)).toEqual(['Seeded 19899, smtp:seeded19899@contoso.com']);
    });
  });

  it('tells an empty tenant that all is well, and when that was last checked', () =>
    visit(empty, async (page) => {
      expect(await page.locator('h1').innerText()).toBe('All is well');
      const checked = await page.locator('.well time').first().getAttribute('datetime');
      expect(Date.now() - Date.parse(checked ?? '')).toBeLessThan(120_000);
    }));
});

describe('one conflict', () => {
  const open = async (page: Page, name: string): Promise<void> => {
    await page.goto(`${report}&search=${encodeURIComponent(name)}&pageSize=10`);
    await page.locator('.list .name').first().click();
  };

  it('shows both objects with the value marked, what to do for these two, and who waits', () =>
    visit(report, async (page) => {
      await open(page, 'Kim Second');
      expect(await page.locator('.holding mark').allInnerTexts()).toEqual(['kim@contoso.com']);
      expect(await page.locator('.waiting mark').allInnerTexts()).toEqual(['kim@contoso.com']);
      const advice = await page.locator('.advice').innerText();
      expect(advice).toContain('Two users from two directories, contoso.com and fabrikam.com');
      expect(advice).toContain('gives it to user "Kim Waiter", who has waited longer than user "Kim Second"');
      expect(await page.locator('.queue li').allInnerTexts()).toEqual([
        expect.stringContaining('Kim Waiter') as string,
        expect.stringContaining('Kim Second') as string,
      ]);
      expect(await page.locator('.history li').count()).toBe(2);
      await page.locator('.queue').getByRole('link', { name: 'Kim Waiter' }).click();
      expect(await page.locator('.waiting h2').innerText()).toBe('Kim Waiter');
      await page.getByRole('link', { name: 'All quarantined values' }).click();
      expect(new URL(page.url()).searchParams.get('search')).toBe('Kim Second');
    }));

  it('says that it is settled once it is, and what happened', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([group('a', 'smtp:x@contoso.com'), group('b', 'smtp:x@contoso.com')]);
    await visit(await linkTo(tenant), async (page) => {
      await page.locator('.list .name').click();
      await tenant.export([remove('a')]);
      await page.reload();
      expect(await page.locator('.advice').innerText()).toContain('There is nothing to do. The next sweep, at');
      await send(`${tenant.url}/sweep`, { method: 'POST' });
      await page.reload();
      expect(await page.locator('.lead').first().innerText()).toContain(
        'This conflict is settled: Group b has the value',
      );
      expect(await page.locator('.history').innerText()).toContain('The sweep gave it to group "Group b"');
    });
  });
});

describe('every view', () => {
  const phone = { width: 375, height: 800 };
  const desktop = { width: 1280, height: 900 };
  const looks = [
    ['light, on a desktop', { viewport: desktop, colorScheme: 'light' }],
    ['dark, on a desktop', { viewport: desktop, colorScheme: 'dark' }],
    ['light, on a phone', { viewport: phone, colorScheme: 'light' }],
    ['dark, on a phone', { viewport: phone, colorScheme: 'dark' }],
  ] as const;

  it.each(looks)('is accessible and fits its width: %s', (_, options) =>
    visit(
      report,
      async (page) => {
        const conflict = await page.locator('.list .name').first().getAttribute('href');
        const views = [
          report,
          new URL(conflict ?? '', report).href,
          `${report}&view=failures`,
          `${report}&search=0`,
          empty,
        ];
        for (const view of views) {
          await page.goto(view);
          await expectAccessible(page);
          expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
        }
      },
      options,
    ),
  );

  it('of a refusal is accessible too', async () => {
    const { page } = await openWatched(browser, service.url);
    await page.goto(`${service.url}/api/report?token=forged`);
    expect(await page.locator('h1').innerText()).toBe('This link is not valid');
    await expectAccessible(page);
    await page.context().close();
  });
});
