import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  readLink,
  readLinks,
  removeExpiredLinks,
  removeLink,
  removeLinks,
  type StoredLink,
  writeLink,
} from '../../../shared/store/report-links.ts';
import type { RegistrationId } from '../../../shared/tenant-id.ts';
import { newTenant, servicesHere } from '../../support/storage.ts';
import { monday, tuesday } from '../directory/fixtures.ts';

const table = await servicesHere().storage.tenants();
const newRegistration = (): RegistrationId => newTenant().registrationId;

const linkOf = (rest: Partial<StoredLink> = {}): StoredLink => ({
  ...{ linkId: randomUUID(), madeAt: monday.toISOString(), expiresAt: tuesday.toISOString(), madeBy: 'mail' },
  ...rest,
});
const expired = { expiresAt: monday.toISOString() };

describe('readLink()', () => {
  it('returns a link of the registration until it is removed', async () => {
    const [registration, link] = [newRegistration(), linkOf()];
    await writeLink(table, registration, link);
    await writeLink(table, registration, link);
    expect(await readLink(table, registration, link.linkId)).toEqual(link);
    expect(await readLink(table, newRegistration(), link.linkId)).toBeUndefined();
    expect(await removeLink(table, registration, link.linkId)).toBe(true);
    expect(await removeLink(table, registration, link.linkId)).toBe(false);
    expect(await readLink(table, registration, link.linkId)).toBeUndefined();
  });

  it.each(['', "' or true", 'link|x', '../x'])('returns undefined for "%s", which is no id of a link', async (id) => {
    expect(await readLink(table, newRegistration(), id)).toBeUndefined();
    expect(await removeLink(table, newRegistration(), id)).toBe(false);
  });
});

describe('readLinks()', () => {
  it('returns the links that expire after now, in pages', async () => {
    const registration = newRegistration();
    const links = [linkOf(), linkOf(), linkOf()].sort((left, right) => (left.linkId < right.linkId ? -1 : 1));
    for (const link of [...links, linkOf(expired)]) await writeLink(table, registration, link);
    const first = await readLinks(table, registration, { now: monday, after: undefined, pageSize: 2 });
    expect(first).toEqual({ links: links.slice(0, 2), next: links[1]?.linkId });
    expect(await readLinks(table, registration, { now: monday, after: first.next, pageSize: 2 })).toEqual({
      links: links.slice(2),
      next: undefined,
    });
    expect((await readLinks(table, registration, { now: tuesday, after: undefined, pageSize: 2 })).links).toEqual([]);
  });

  it('removeExpiredLinks() removes only those that have expired, removeLinks() all', async () => {
    const registration = newRegistration();
    for (const link of [linkOf(), linkOf(), linkOf(expired)]) await writeLink(table, registration, link);
    await removeExpiredLinks(table, registration, monday);
    expect(await removeLinks(table, registration)).toBe(2);
  });
});
