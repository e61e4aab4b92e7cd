/** Plays eight weeks in which two companies merge, so that the report has a history to show. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Operation } from '../../shared/directory/operation.ts';
import { parseExport } from '../../shared/http/parse-body.ts';
import { processExport } from '../../shared/use-cases/export/process-export.ts';
import { sweepTenant } from '../../shared/use-cases/sweep/sweep-tenant.ts';
import type { Services } from '../../shared/services.ts';
import type { Tenant } from '../../shared/store/tenant-row.ts';
import { projectRoot } from '../project-root.ts';
import { arrival, vacating, withdrawal } from './arrival.ts';

const weekMs = 7 * 86_400_000;

/** How many conflicts begin in each week, and how many end because the value is released or withdrawn. */
const weeks = [
  { begun: 4, released: 0, withdrawn: 0 },
  { begun: 14, released: 2, withdrawn: 1 },
  { begun: 23, released: 6, withdrawn: 2 },
  { begun: 17, released: 11, withdrawn: 4 },
  { begun: 9, released: 12, withdrawn: 3 },
  { begun: 8, released: 9, withdrawn: 2 },
  { begun: 5, released: 8, withdrawn: 1 },
  { begun: 3, released: 4, withdrawn: 1 },
];

/** Exports to a tenant and sweeps it as if over the last eight weeks, up to an hour ago. */
export async function playPastWeeks(services: Services, tenant: Tenant): Promise<void> {
  const end = services.now().getTime() - 3_600_000;
  let begun = 0;
  let ended = 0;
  for (const [index, week] of weeks.entries()) {
    const at = new Date(end - (weeks.length - 1 - index) * weekMs);
    const arrivals = Array.from({ length: week.begun }, (_, n) => arrival(begun + n));
    begun += week.begun;
    const endings = Array.from({ length: week.released + week.withdrawn }, (_, n) => {
      return n < week.released ? vacating(ended + n) : withdrawal(ended + n);
    });
    ended += endings.length;
    const samples = index === 0 ? await sample('1-first-export') : index === 5 ? await sample('2-changes') : [];
    await play(services, tenant, { at, operations: [...samples, ...arrivals.flat(), ...endings] });
  }
}

async function play(
  services: Services,
  tenant: Tenant,
  { at, operations }: { at: Date; operations: readonly unknown[] },
): Promise<void> {
  const then: Services = { ...services, now: () => at };
  await processExport(then, tenant, parseExport({ operations }));
  await sweepTenant({ ...then, now: () => new Date(at.getTime() + 20 * 60_000) }, tenant.registrationId);
}

async function sample(name: string): Promise<readonly Operation[]> {
  const text = await readFile(join(projectRoot, 'samples', `${name}.json`), 'utf8');
  return (JSON.parse(text) as { operations: Operation[] }).operations;
}
