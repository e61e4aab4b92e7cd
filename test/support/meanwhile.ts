import type { Services } from '../../shared/services.ts';

/** The services, with something that another request does meanwhile: once, just before the first rows of a kind are read. */
export function withMeanwhile(services: Services, kind: string, act: () => Promise<unknown>): Services {
  let done: Promise<unknown> | undefined;
  const partition: Services['storage']['partition'] = async (registrationId, counts) => {
    const real = await services.storage.partition(registrationId, counts);
    const table = Object.create(real.table) as typeof real.table;
    table.getEntity = async (partitionKey, rowKey, options) => {
      if (rowKey.startsWith(kind)) await (done ??= act());
      return real.table.getEntity(partitionKey, rowKey, options);
    };
    return { ...real, table };
  };
  return { ...services, storage: { ...services.storage, partition } };
}
