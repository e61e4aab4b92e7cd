/** Reads JSON: one object, an array of them, or one on each line, as `ConvertTo-Json` writes them. */
import { createJsonSplitter, type JsonElement } from './create-json-splitter.ts';
import { attributeName, type Entry, entryOf, type Reader, type Reading, type Value, undecodable } from './reading.ts';

/** Returns a reader of JSON. A malformed element becomes a problem, and the elements after it are read. */
export function createJsonReader(): Reader {
  const elements = createJsonSplitter();
  return {
    push: (text) => elements.push(text).map(readElement),
    end: () => elements.end().map(readElement),
  };
}

/** Returns a reader of JSON with an object on each line (NDJSON, JSON Lines). */
export function createJsonLinesReader(): Reader {
  let rest = '';
  let line = 0;
  const read = (text: string): readonly Reading[] => {
    line++;
    return text.trim() === '' ? [] : [readElement({ text, line })];
  };
  return {
    push(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      return lines.flatMap(read);
    },
    end: () => read(rest),
  };
}

function readElement({ text, line, problem }: JsonElement): Reading {
  const reason = problem ?? undecodable(text);
  if (reason) return { line, kind: 'problem', reason };
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return { line, kind: 'entry', entry: toEntry(value) };
    return { line, kind: 'problem', reason: 'it is not an object in braces' };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { line, kind: 'problem', reason: `it is not JSON: ${error.message}` };
  }
}

function toEntry(object: Readonly<Record<string, unknown>>): Entry {
  const attributes = new Map<string, readonly Value[]>();
  for (const [name, value] of Object.entries(object)) {
    const values = toValues(value);
    if (values.length > 0) attributes.set(attributeName(name), values);
  }
  return entryOf(attributes);
}

/** Returns the values of a property; none if it is an object. */
function toValues(value: unknown): readonly Value[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (Array.isArray(value)) return toListValues(value as readonly unknown[]);
  // Windows PowerShell writes some lists as { "value": [...], "Count": 2 }.
  return isRecord(value) && Array.isArray(value.value) ? toValues(value.value) : [];
}

function toListValues(values: readonly unknown[]): readonly Value[] {
  return isBytes(values) ? [Uint8Array.from(values as readonly number[])] : values.flatMap(toValues);
}

/** PowerShell writes a `byte[]` as a list of numbers. No mapped attribute is a list of so many small numbers. */
function isBytes(values: readonly unknown[]): boolean {
  const isByte = (value: unknown): boolean =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 256;
  return values.length >= 8 && values.every(isByte);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
