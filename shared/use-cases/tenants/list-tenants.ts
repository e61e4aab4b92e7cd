/** Lists the registered tenants. */
import type { Services } from '../../services.ts';
import { readTenants, type Tenant } from '../../store/tenants.ts';
import type { Page, PageRequest } from '../queries/page.ts';

/** Reads a page of at most 250 tenants, in the order of their ids. Throws `DamagedRegistration` if one cannot be read. */
export async function listTenants({ storage }: Services, { after, pageSize }: PageRequest): Promise<Page<Tenant>> {
  const { tenants, damaged, next } = await readTenants(await storage.tenants(), after ?? '', pageSize);
  // A list that silently left one out would be taken for complete.
  if (damaged[0]) throw damaged[0];
  return { entries: tenants, next };
}
