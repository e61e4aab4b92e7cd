import { afterAll, describe, expect, it } from 'vitest';
import { startAzurite } from '../../../local/azurite.ts';
import {
  forgetRemovedRegistration,
  noteRemovedRegistration,
  readRemovedRegistrations,
} from '../../../shared/store/removed-registrations.ts';
import type { RegistrationId } from '../../../shared/tenant-id.ts';
import { newTenant, servicesHere } from '../../support/storage.ts';
import { monday } from '../directory/fixtures.ts';

// A storage of its own: other tests read all rows of the table.
const azurite = await startAzurite({ services: 'table', tablePort: 0, inMemory: true });
const table = await servicesHere(azurite.connectionString).storage.tenants();
afterAll(() => azurite.stop());
const newRegistration = (): RegistrationId => newTenant().registrationId;

describe('readRemovedRegistrations()', () => {
  it('returns the registrations that were added and not taken off the list', async () => {
    const registrations = [newRegistration(), newRegistration()] as const;
    const since = monday.toISOString();
    for (const registrationId of registrations) await noteRemovedRegistration(table, { registrationId, since });
    await forgetRemovedRegistration(table, registrations[0]);
    await forgetRemovedRegistration(table, registrations[0]);
    const list = [];
    for await (const removed of readRemovedRegistrations(table)) list.push(removed);
    expect(list).toContainEqual({ registrationId: registrations[1], since });
    expect(list.map(({ registrationId }) => registrationId)).not.toContain(registrations[0]);
  });
});
