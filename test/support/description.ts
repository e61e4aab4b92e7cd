/** The API as it describes itself, for tests that hold real answers against it. */
import * as z from 'zod';
import type { Answer } from './service.ts';

/** A JSON Schema of the document. */
export type Schema = Parameters<typeof z.fromJSONSchema>[0];

/** One route with one method, by its description. */
export type Described = {
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, { schema: Schema }>> }>
  >;
};

/** The OpenAPI document. */
export type Description = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

/** A route and a method, and their description. */
export type DescribedOperation = { readonly path: string; readonly method: string; readonly operation: Described };

/** Lists all that is described. */
export function operationsOf({ paths }: Description): readonly DescribedOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

/** Reads a schema of the document as a validator; the references in it lead to the document's components. */
export function validatorOf({ components }: Description, schema: Schema): z.ZodType {
  const whole = { ...(schema as object), $defs: components.schemas };
  return z.fromJSONSchema(JSON.parse(JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/')) as Schema);
}

/** Returns the faults of an answer by the document; an answer of a status or type that is not described is. */
export function wrongWith(
  document: Description,
  operation: Described,
  { status, headers, body }: Answer,
): string | undefined {
  const described = operation.responses[status];
  if (described && !described.content)
    return body === '' ? undefined : `${operation.operationId}: ${status} has a body`;
  const type = headers.get('content-type')?.split(';')[0] ?? 'no type';
  const content = described?.content?.[type];
  if (!content) return `${operation.operationId}: ${status} ${type} is not described`;
  const { error } = validatorOf(document, content.schema).safeParse(body);
  return error && `${operation.operationId} ${status}: ${z.prettifyError(error)}`;
}
