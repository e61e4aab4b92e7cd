import { inject, describe, expect, it } from 'vitest';
import { checkHealth } from '../../../shared/operations/check-health.ts';
import { servicesHere } from '../../support/storage.ts';

describe('checkHealth', () => {
  it('says that the storage refuses the service, which is not the same as no answer', async () => {
    const wrongKey = inject('connectionString').replace(/AccountKey=[^;]+/, `AccountKey=${btoa('another key')}`);
    const { status, storage, reasons } = await checkHealth(servicesHere(wrongKey));
    expect({ status, storage }).toEqual({ status: 'unhealthy', storage: 'does not answer' });
    expect(reasons).toEqual([expect.stringContaining('The storage refuses this service')]);
  });
});
