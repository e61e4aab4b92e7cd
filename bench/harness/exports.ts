/** Sends exports to the service. */
import pMap from 'p-map';
import { inParts, type Operation } from './population.ts';
import { bytesOf, type Stage } from './stage.ts';

/** How a list of operations is sent: so many in a request, so many requests side by side. */
export type Manner = { readonly perRequest: number; readonly sideBySide: number };

const oneByOne: Manner = { perRequest: 25_000, sideBySide: 1 };

/** Makes the bodies of the requests, so that their making is not measured. */
export function bodiesOf(operations: readonly Operation[], { perRequest } = oneByOne): readonly Uint8Array[] {
  return inParts(operations, perRequest).map((part) => bytesOf({ operations: part }));
}

/** Sends exports to a tenant. */
export async function sendExports(
  stage: Stage,
  tenantId: string,
  { bodies, sideBySide = 1 }: { readonly bodies: readonly Uint8Array[]; readonly sideBySide?: number },
): Promise<readonly Uint8Array[]> {
  const path = `tenants/${tenantId}/exports`;
  return pMap(bodies, (body) => stage.send(path, { method: 'POST', body }), { concurrency: sideBySide });
}

/** Fills a tenant with what operations say, in requests of the largest size. */
export async function fill(stage: Stage, tenantId: string, operations: readonly Operation[]): Promise<void> {
  await sendExports(stage, tenantId, { bodies: bodiesOf(operations) });
}
