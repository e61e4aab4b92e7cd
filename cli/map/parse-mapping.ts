/** Reads a mapping file. Each property in it replaces the default of that name. */
import * as z from 'zod';
import { objectTypes } from '../../shared/directory/objects.ts';
import { UsageError } from '../exit-codes.ts';
import { defaultMapping, type Mapping } from './mapping.ts';

const names = z.array(z.string().min(1));
const typeName = z.enum(objectTypes);
const regularExpression = z.string().refine(isRegularExpression, { error: 'must be a regular expression' });
const patterns = z.record(z.string(), z.union([regularExpression, z.strictObject({ bits: z.int().min(1) })]));

const mappingSchema = z.strictObject({
  objectClasses: z.record(z.string(), typeName.nullable()),
  defaultType: typeName.nullable(),
  sourceAnchor: names,
  userPrincipalName: names,
  displayName: names,
  mail: names,
  proxyAddresses: names,
  exchangeLicensed: patterns.nullable(),
  attributes: z.union([
    z.record(z.string(), z.string().min(1)),
    names.transform((list) => Object.fromEntries(list.map((name) => [name, name]))),
  ]),
  leaveOut: z.array(z.strictObject({ reason: z.string().min(1), types: z.array(typeName).optional(), when: patterns })),
});

/** Parses the text of a mapping file. Throws `UsageError` with all problems in one message. */
export function parseMapping(text: string, file: string): Mapping {
  const parsed = mappingSchema.partial().safeParse(parseJson(text, file));
  if (parsed.success) return { ...defaultMapping, ...withoutUndefined(parsed.data) };
  const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || 'the file'}: ${message}`);
  throw new UsageError(`Cannot use the mapping file "${file}":\n${problems.join('\n')}`);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`Cannot use the mapping file "${file}": it is not JSON: ${(error as Error).message}`);
  }
}

function withoutUndefined(part: { readonly [Name in keyof Mapping]?: Mapping[Name] | undefined }): Partial<Mapping> {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
}

function isRegularExpression(text: string): boolean {
  try {
    return Boolean(new RegExp(text, 'i'));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
