/** Makes values of a JSON Schema: mostly valid ones, so that they get far, with a hostile one here and there. */
import fc from 'fast-check';
import type { Schema } from '../description.ts';
import { hostileJson, hostileText } from './texts.ts';

type Node = {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly type?: string;
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
};

/** Texts that mean something, by the name of the property that they stand in. */
export type Vocabulary = Readonly<Record<string, readonly string[]>>;

/** Returns values of a schema, which may stand in something of a name. */
export function fromSchema(schema: Schema, vocabulary: Vocabulary, name = ''): fc.Arbitrary<unknown> {
  return valueOf(schema as Node, name, vocabulary);
}

function valueOf(node: Node, name: string, vocabulary: Vocabulary): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 40, arbitrary: usualValueOf(node, name, vocabulary) },
    { weight: 1, arbitrary: hostileJson },
  );
}

function usualValueOf(node: Node, name: string, vocabulary: Vocabulary): fc.Arbitrary<unknown> {
  const branches = node.anyOf ?? node.oneOf;
  if (branches) return fc.oneof(...branches.map((branch) => usualValueOf(branch, name, vocabulary)));
  if ('const' in node) return fc.constant(node.const);
  if (node.enum) return fc.constantFrom(...node.enum);
  switch (node.type) {
    case 'string':
      return textOf(vocabulary[name]);
    case 'integer':
    case 'number':
      return fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 20 }) }, { weight: 1, arbitrary: fc.double() });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valueOf(node.items ?? {}, name, vocabulary), { maxLength: 4 });
    case 'object':
      return objectOf(node, vocabulary);
    default:
      return node.type === 'null' ? fc.constant(null) : hostileJson;
  }
}

function textOf(words: readonly string[] | undefined): fc.Arbitrary<string> {
  return words
    ? fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: hostileText })
    : hostileText;
}

function objectOf({ properties = {}, additionalProperties }: Node, vocabulary: Vocabulary): fc.Arbitrary<unknown> {
  const named = Object.fromEntries(
    Object.entries(properties).map(([name, node]) => [name, valueOf(node, name, vocabulary)]),
  );
  const extra = typeof additionalProperties === 'object' ? valueOf(additionalProperties, '', vocabulary) : hostileJson;
  const rest = fc.dictionary(hostileText, extra, { maxKeys: typeof additionalProperties === 'object' ? 3 : 1 });
  const isOpen = typeof additionalProperties === 'object';
  const record = fc.oneof(
    { weight: 4, arbitrary: fc.record(named) },
    { weight: 1, arbitrary: fc.record(named, { requiredKeys: [] }) },
  );
  return fc
    .tuple(record, fc.oneof({ weight: isOpen ? 1 : 9, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: rest }))
    .map(([known, more]) => ({ ...known, ...more }));
}
