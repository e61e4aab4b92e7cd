import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { registerTenant, send, startService } from '../support/service.ts';

/** A text of 10 MB. */
const huge = 'a'.repeat(10_000_000);
const longestAnswer = 20_000;
const longestMs = 3_000;

let service: RunningFunctionsHost;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const registration = { initialDomain: 'contoso.onmicrosoft.com', recipients: ['admin@contoso.com'] };

describe('a text of 10 MB', () => {
  it.each<[string, string, string, object]>([
    ['a recipient', 'PUT', '', { ...registration, recipients: [`${huge}@contoso.com`] }],
    ['the domain of a recipient', 'PUT', '', { ...registration, recipients: [`a@${huge}.com`] }],
    ['a recipient of dots', 'PUT', '', { ...registration, recipients: [`${'a.'.repeat(5_000_000)}@contoso.com`] }],
    ['the initial domain', 'PUT', '', { ...registration, initialDomain: `${huge}.com` }],
    ['the initial domain, of labels', 'PUT', '', { ...registration, initialDomain: 'a.'.repeat(5_000_000) }],
    ['the display name', 'PUT', '', { ...registration, displayName: huge }],
    [
      'the display name, of blanks and one letter',
      'PUT',
      '',
      { ...registration, displayName: `${' '.repeat(9_999_999)}a` },
    ],
    ['the separator', 'PUT', '', { ...registration, placeholderSeparator: huge }],
    ['the time zone', 'PUT', '', { ...registration, mailTimeZone: `Europe/${huge}` }],
    ['the name of a setting', 'PUT', '', { ...registration, [huge]: 1 }],
    ['who gets a test mail', 'POST', '/mail', { to: [`${huge}@contoso.com`] }],
    ['the name of what a test mail takes', 'POST', '/mail', { [huge]: 1 }],
    ['a feature', 'PUT', '/features/DuplicateUPNResiliency', { dirSyncFeature: huge, enabled: true }],
    ['the name of what a feature takes', 'PUT', '/features/DuplicateUPNResiliency', { enabled: true, [huge]: 1 }],
  ])('as %s is a 400 that does not repeat it', async (_, method, path, body) => {
    const tenant = await registerTenant(service);
    const started = performance.now();
    const answer = await send(tenant.url + path, { method, body });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body).length).toBeLessThan(longestAnswer);
    expect(performance.now() - started).toBeLessThan(longestMs);
    expect((await tenant.get('')).body).toMatchObject(registration);
  });
});
