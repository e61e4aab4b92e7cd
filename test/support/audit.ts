import { auditPartition } from '../../shared/use-cases/audit/audit-tenant.ts';
import { type Partition, readPages } from '../../shared/store/partition.ts';
import type { ReadRow } from '../../shared/store/row.ts';

/** Reads all rows of a tenant, by row key. */
export async function readAll(partition: Partition): Promise<ReadonlyMap<string, ReadRow>> {
  const rows = new Map<string, ReadRow>();
  for await (const page of readPages(partition, null)) {
    for (const row of page) rows.set(row.rowKey, row);
  }
  return rows;
}

/** Audits a tenant as its operators do; returns the findings, in words. */
export async function audit(partition: Partition): Promise<readonly string[]> {
  const { findings, unsettled } = await auditPartition(partition, { repairId: 'test', now: new Date() });
  const told = findings.map(({ code, rowKey, detail }) => `${code} ${rowKey}: ${detail}`);
  return unsettled > 0 ? [...told, `${unsettled} rows would not keep still`] : told;
}
