/**
 * `npm run audit -- <tenant> [--repair] [--json]`: audits a tenant of the storage that the settings name, and repairs it.
 *
 * Settings come from `local.settings.json`; the environment wins. Exit codes: 0 no findings (after a repair: none left),
 * 1 findings, 2 wrong usage or settings, 3 the storage does not answer.
 */
import { parseArgs } from 'node:util';
import { auditToWire, repairToWire, rowToWire } from '../shared/http/audit-wire.ts';
import { toJsonText } from '../shared/to-json-text.ts';
import { auditRegistered, repairRegistered } from '../shared/use-cases/audit/audit-registered.ts';
import { RequestError } from '../shared/request-error.ts';
import { makeServices, type Services } from '../shared/services.ts';
import { isUnavailable } from '../shared/store/table.ts';
import { auditText, repairText } from './audit/audit-text.ts';
import { readLocalSettings, withEnvironment } from './read-local-settings.ts';
import { projectRoot } from './project-root.ts';

const usage = `Usage: npm run audit -- <tenant> [--repair] [--json]

Reads all rows of the tenant and checks that they are consistent.
  --repair  repairs each row whose right content is certain; prints the row before it changes
  --json    prints the same JSON as the HTTP API`;

type AuditCall = { readonly tenantId: string; readonly repair: boolean; readonly json: boolean };

function readCall(): AuditCall | undefined {
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

async function run({ tenantId, repair, json }: AuditCall, services: Services): Promise<number> {
  if (!repair) {
    const audit = await auditRegistered(services, tenantId);
    console.log(json ? toJsonText(auditToWire(audit), 2) : auditText(tenantId, audit));
    return audit.findings.length === 0 ? 0 : 1;
  }
  // With --json, each row is written to the error output before its repair, and the answer at the end has all of them.
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
