/** The report and its search, with few errors and with many. */
import { openBareTable, scan } from '../harness/open-bare-table.ts';
import { fill } from '../harness/send-exports.ts';
import { atMost, atMostTimes, type BenchCase, type Figure, known, withinPercent } from '../harness/figure.ts';
import { anchorOf, type SentOperation } from '../harness/user.ts';
import { each } from '../harness/in-parts.ts';
import { byTurns, compared, median, timed } from '../harness/by-turns.ts';
import { onStage, type Stage, textOf } from '../harness/stage.ts';

const [few, many] = [200, 20_000];
const limitOf = `with ${few} errors`;

export const report: BenchCase = {
  name: 'report',
  title: 'a page of 50 errors of the report and of the API, and a search, with 200 errors and with 20,000',
  run: ({ sized, rounds, profiles }) =>
    onStage(
      async (stage) => {
        const tenants = { few: await tenantWith(stage, few), many: await tenantWith(stage, sized(many)) };
        const figures: Figure[] = [];
        const compare = (what: string, page: Pages): void => {
          const ofPage = (kind: keyof Read): Pick<Figure, 'figure'> & { limit: number; limitOf: string } => ({
            figure: median(page.many.map((read) => read[kind])),
            limit: median(page.few.map((read) => read[kind])),
            limitOf,
          });
          figures.push(
            withinPercent(0, { what: `requests, ${what}`, unit: 'requests', ...ofPage('requests') }),
            withinPercent(2, { what: `bytes from the storage, ${what}`, unit: 'bytes', ...ofPage('bytesRead') }),
            withinPercent(2, { what: `bytes of the answer, ${what}`, unit: 'bytes', ...ofPage('size') }),
            known(`time, ${what}`, median(page.many.map(({ ms }) => ms)), 'ms'),
          );
        };

        const first = await read(stage, await reportPath(stage, tenants.many));
        figures.push(known('requests, the report opened first after a change', first.requests, 'requests'));
        compare('a page of the report', await readBoth(stage, tenants, { rounds, pathOf: reportPath }));
        const pathOf = (_stage: Stage, tenantId: string) => `tenants/${tenantId}/provisioningErrors?pageSize=50`;
        compare('a page of the API', await readBoth(stage, tenants, { rounds, pathOf }));
        return [...figures, ...(await search(stage, { tenantId: tenants.many, errors: sized(many), rounds }))];
      },
      { profiles },
    ),
};

/** A search without a result reads all errors, so it costs most. */
async function search(
  stage: Stage,
  { tenantId, errors, rounds }: { tenantId: string; errors: number; rounds: number },
): Promise<readonly Figure[]> {
  const path = `tenants/${tenantId}/provisioningErrors?searchString=nobody`;
  const directory = await openBareTable(stage.connectionString, 'Directory');
  const pass = (): Promise<unknown> => scan(directory, tenantId, { from: 'error|', below: 'error}' });
  const { requests } = await read(stage, path);
  await pass();
  const { service, limit } = await byTurns(rounds, {
    service: async () => (await read(stage, path)).ms,
    limit: () => timed(pass),
  });
  // One request for each thousand errors, one for the tenant, and a last one that finds no more errors.
  const onePass = Math.ceil(errors / 1000) + 2;
  return [
    atMost(onePass, { what: 'requests, a search', unit: 'requests', figure: requests }),
    atMostTimes(1.5, { what: 'time, a search', unit: 'ms', ...compared(service, limit), limitOf: 'bare scan' }),
  ];
}

type Read = { readonly requests: number; readonly bytesRead: number; readonly size: number; readonly ms: number };
type Pages = { readonly few: readonly Read[]; readonly many: readonly Read[] };
type PathOf = (stage: Stage, tenantId: string) => string | Promise<string>;

async function read(stage: Stage, path: string): Promise<Read> {
  let size = 0;
  const gauge = await stage.gauged(async () => {
    size = (await stage.send(path)).length;
  });
  return { ...gauge, size };
}

async function readBoth(
  stage: Stage,
  tenants: { readonly few: string; readonly many: string },
  { rounds, pathOf }: { rounds: number; pathOf: PathOf },
): Promise<Pages> {
  const paths = { few: await pathOf(stage, tenants.few), many: await pathOf(stage, tenants.many) };
  const pages = { few: [] as Read[], many: [] as Read[] };
  // The first request counts, and stores the counts for the others.
  for (const path of Object.values(paths)) await read(stage, path);
  for (let round = 0; round < rounds; round++) {
    pages.few.push(await read(stage, paths.few));
    pages.many.push(await read(stage, paths.many));
  }
  return pages;
}

async function reportPath(stage: Stage, tenantId: string): Promise<string> {
  const answer = await stage.send(`tenants/${tenantId}/reportLink`, { method: 'POST' });
  const { url } = JSON.parse(textOf(answer)) as { url: string };
  return `report${new URL(url).search}&pageSize=50`;
}

/** Creates a tenant with so many errors: each group waits for an address that another group holds. */
async function tenantWith(stage: Stage, errors: number): Promise<string> {
  const tenantId = await stage.newTenant();
  await fill(
    stage,
    tenantId,
    each(errors, (n) => group(n, n)),
  );
  await fill(
    stage,
    tenantId,
    each(errors, (n) => group(1_000_000 + n, n)),
  );
  return tenantId;
}

/** All numbers have the same length, so that all rows have the same size. */
function group(n: number, desired: number): SentOperation {
  return {
    operation: 'add',
    sourceAnchor: anchorOf(n),
    objectType: 'Group',
    displayName: `Group ${String(n).padStart(7, '0')}`,
    proxyAddresses: [`SMTP:group${String(desired).padStart(7, '0')}@contoso.com`],
  };
}
