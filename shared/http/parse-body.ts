/** Parses bodies: unknown in, the terms of the directory out. */
import type * as z from './zod.ts';
import type { ExportItem } from '../directory/export/fold-export.ts';
import type { Operation } from '../directory/operation.ts';
import { findTooMany } from '../directory/validation.ts';
import type { OperationFailure } from '../directory/operation-failure.ts';
import type { BodyProblem } from '../request-error.ts';
import { exportSchema, operationSchema } from './schemas.ts';
import { bodyInvalid } from '../messages/request-refusals.ts';

/** Parses a body by its schema. Throws `InvalidBody` with a JSON pointer to each place that is wrong. */
export function parseBody<T>(schema: z.ZodMiniType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, 20).map(toProblem);
  throw bodyInvalid(problems as [BodyProblem, ...BodyProblem[]]);
}

type Issue = z.core.$ZodIssue;

/** More than an operation can have. The schema would list each unknown one of a million. */
const mostProperties = 100;

/** The most characters of a problem: names in a client's body can be of any length. */
const longestProblem = 1_000;

function toProblem({ path, message }: Issue): BodyProblem {
  const pointer = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return { pointer: pointer.slice(0, longestProblem), detail: message.slice(0, longestProblem) };
}

/**
 * Parses an export. An operation that is not of its shape becomes an item with a failure; it does not stop the others.
 *
 * Throws `InvalidBody` where the body as a whole is not of the shape of an export.
 */
export function parseExport(body: unknown): readonly ExportItem[] {
  parseBody(exportSchema, body);
  // The body itself, not the schema's copy of it: a copy lacks what the schema dropped.
  return (body as { operations: Candidate[] }).operations.map(parseOperation);
}

/** Returns the number of deletions that a body, accepted by {@link parseExport}, allows; null if it names none. */
export function allowDeletesIn(body: unknown): number | null {
  return (body as { allowDeletes?: number | null }).allowDeletes ?? null;
}

function parseOperation(candidate: Candidate, index: number): ExportItem {
  const parsed = parseCandidate(candidate, index);
  if ('operation' in parsed) return { index, sourceAnchor: parsed.operation.sourceAnchor, operation: parsed.operation };
  const sourceAnchor = typeof candidate.sourceAnchor === 'string' ? candidate.sourceAnchor : null;
  return { index, sourceAnchor, failure: { ...parsed, operation: null, sourceAnchor } };
}

type Candidate = Readonly<Record<string, unknown>>;

type Bad = Pick<OperationFailure, 'code' | 'reason'>;

/** Parses an operation once its lists and maps are known to be short: a schema looks at every entry. */
function parseCandidate(candidate: Candidate, index: number): { readonly operation: Operation } | Bad {
  const malformed = (detail: string): Bad => {
    return { code: 'DataValidationFailed', reason: { kind: 'malformed', index, detail } };
  };
  if (Object.keys(candidate).length > mostProperties) {
    return malformed(
      `it has more than ${mostProperties} properties; further attributes of an object belong in "attributes"`,
    );
  }
  const tooMany = findTooMany(candidate);
  if (tooMany) return { code: 'LargeObject', reason: tooMany };
  const parsed = operationSchema.safeParse(candidate);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const bad = malformed(issue ? describe(issue).slice(0, longestProblem) : 'it is no operation');
    return issue?.path[0] === 'userPrincipalName' ? { ...bad, code: 'IdentityDataValidationFailed' } : bad;
  }
  return hasProto(candidate) ? malformed('the name "__proto__" is not allowed') : { operation: parsed.data };
}

/** JSON can name a property `__proto__`; schemas drop it in silence, and nothing may be lost in silence. */
function hasProto(candidate: Candidate): boolean {
  const { attributes } = candidate;
  return Object.hasOwn(candidate, '__proto__') || (isRecord(attributes) && Object.hasOwn(attributes, '__proto__'));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function describe({ path, message }: Issue): string {
  return path.length === 0 ? message : `${path.join('.').slice(0, 200)}: ${message}`;
}
