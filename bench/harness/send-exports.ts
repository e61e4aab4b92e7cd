import pMap from 'p-map';
import type { SentOperation } from './user.ts';
import { inParts } from './in-parts.ts';
import { bytesOf, type Stage } from './stage.ts';

/** How many operations are in one request, and how many requests are sent side by side. */
export type ExportSize = { readonly perRequest: number; readonly sideBySide: number };

const oneByOne: ExportSize = { perRequest: 25_000, sideBySide: 1 };

/** Returns the bodies of the requests, so that writing them is not measured. */
export function exportBodies(operations: readonly SentOperation[], { perRequest } = oneByOne): readonly Uint8Array[] {
  return inParts(operations, perRequest).map((part) => bytesOf({ operations: part }));
}

/** Sends exports to a tenant, and returns the answers. */
export async function sendExports(
  stage: Stage,
  tenantId: string,
  { bodies, sideBySide = 1 }: { readonly bodies: readonly Uint8Array[]; readonly sideBySide?: number },
): Promise<readonly Uint8Array[]> {
  const path = `tenants/${tenantId}/exports`;
  return pMap(bodies, (body) => stage.send(path, { method: 'POST', body }), { concurrency: sideBySide });
}

/** Fills a tenant with objects, in requests of the largest size. */
export async function fill(stage: Stage, tenantId: string, operations: readonly SentOperation[]): Promise<void> {
  await sendExports(stage, tenantId, { bodies: exportBodies(operations) });
}
