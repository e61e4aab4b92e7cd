/**
 * `npm run audit -- <tenant> [--repair] [--json]`: audits a tenant of the storage that the settings name, and repairs it.
 *
 * Settings come from `local.settings.json`; the environment wins. The exit code is 0 where all is well, 1 where
 * something is wrong (after a repair: is left), 2 for a wrong call, 3 where the storage does not answer.
 */
import { parseArgs } from 'node:util';
import { auditToWire, repairToWire, rowToWire } from '../shared/http/audit-wire.ts';
import { toJsonText } from '../shared/json-text.ts';
import { auditRegistered, repairRegistered } from '../shared/operations/audit-registered.ts';
import { RequestError } from '../shared/request-error.ts';
import { makeServices, type Services } from '../shared/services.ts';
import { isUnavailable } from '../shared/store/table.ts';
import { auditText, repairText } from './audit/audit-text.ts';
import { readLocalSettings, withEnvironment } from './read-local-settings.ts';
import { projectRoot } from './project-root.ts';

const usage = `Usage: npm run audit -- <tenant> [--repair] [--json]

Reads all rows of the tenant and checks what must always hold.
  --repair  mends what can be mended without guessing; prints what stood in each row before
  --json    prints the answer of the HTTP API`;

type Call = { readonly tenantId: string; readonly repair: boolean; readonly json: boolean };

function readCall(): Call | undefined {
  const options = { repair: { type: 'boolean' }, json: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [tenantId, ...more] = positionals;
    if (tenantId === undefined || more.length > 0) return undefined;
    return { tenantId, repair: values.repair ?? false, json: values.json ?? false };
  } catch (error) {
    console.error((error as Error).message);
    return undefined;
  }
}

async function run({ tenantId, repair, json }: Call, services: Services): Promise<number> {
  if (!repair) {
    const audit = await auditRegistered(services, tenantId);
    console.log(json ? toJsonText(auditToWire(audit), 2) : auditText(tenantId, audit));
    return audit.findings.length === 0 ? 0 : 1;
  }
  // With --json, what stood before goes to the error output as it happens, and is in the answer at the end.
  const say = json ? console.error : console.log;
  const repaired = await repairRegistered(services, tenantId, (finding, prior) =>
    say(repairText(finding, prior.map(rowToWire))),
  );
  const { audit } = repaired;
  console.log(json ? toJsonText(repairToWire(repaired), 2) : auditText(tenantId, audit));
  return audit.findings.length === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  const call = readCall();
  if (!call) {
    console.error(usage);
    return 2;
  }
  try {
    return await run(call, makeServices(withEnvironment(readLocalSettings(projectRoot), process.env)));
  } catch (error) {
    console.error((error as Error).message);
    if (isUnavailable(error)) {
      console.error('Cannot audit: the storage does not answer. See AzureWebJobsStorage in local.settings.json.');
      return 3;
    }
    if (error instanceof RequestError || (error as Error).message.startsWith('Cannot start')) return 2;
    throw error;
  }
}

process.exitCode = await main();
