/** Reads Bicep by its grammar: what a file declares, as far as it can be told without the compiler. */
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { projectRoot } from '../../local/project-root.ts';

/** A value: literals as they are, objects and lists with their values, and any other expression as its source text. */
export type Value = string | number | boolean | { readonly [name: string]: Value } | readonly Value[];
type Values = Readonly<Record<string, Value>>;

export type Declaration = {
  readonly file: string;
  readonly symbol: string;
  /** Of a resource, `Microsoft.Web/sites@2024-04-01`; of a module, its path. */
  readonly of: string;
  /** The body; of a conditional or repeated one, that of each. */
  readonly body: Values;
  readonly isExisting: boolean;
};

export type Template = {
  readonly resources: readonly Declaration[];
  readonly modules: readonly Declaration[];
  /** Names of the parameters without a default, and of all. */
  readonly required: readonly string[];
  readonly parameters: readonly string[];
  /** The outputs, with the source text of what they are. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Where the file is not Bicep. */
  readonly errors: readonly string[];
};

const require = createRequire(import.meta.url);

/** Reads all templates of the infrastructure, by their paths in it. */
export async function readTemplates(): Promise<ReadonlyMap<string, Template>> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm')));
  const folder = join(projectRoot, 'infra');
  const paths = globSync('**/*.bicep', { cwd: folder }).sort();
  return new Map(paths.map((path) => [path, readTemplate(parser, readFileSync(join(folder, path), 'utf8'), path)]));
}

function readTemplate(parser: Parser, text: string, file: string): Template {
  const tree = parser.parse(text);
  if (tree === null) throw new Error(`Cannot read "${file}"`);
  const all = (type: string): Node[] => tree.rootNode.descendantsOfType(type);
  const parameters = all('parameter_declaration');
  return {
    resources: all('resource_declaration').map((node) => declaration(node, file)),
    modules: all('module_declaration').map((node) => declaration(node, file)),
    parameters: parameters.map(nameOf),
    required: parameters.filter((node) => node.namedChildCount === 2).map(nameOf),
    outputs: Object.fromEntries(
      all('output_declaration').map((node) => [nameOf(node), node.lastNamedChild?.text ?? '']),
    ),
    errors: [...all('ERROR'), ...all('MISSING')].map(
      ({ startPosition, text: found }) => `${file}:${startPosition.row + 1}: ${found.slice(0, 60)}`,
    ),
  };
}

function nameOf(node: Node): string {
  return node.namedChild(0)?.text ?? '';
}

function declaration(node: Node, file: string): Declaration {
  const body = node.lastNamedChild?.type === 'object' ? node.lastNamedChild : node.lastNamedChild?.lastNamedChild;
  return {
    file,
    symbol: nameOf(node),
    of: node.namedChild(1)?.text.slice(1, -1) ?? '',
    body: body ? (valueOf(body) as Values) : {},
    isExisting: node.children.some((child) => child.text === 'existing'),
  };
}

function valueOf(node: Node): Value {
  const children = node.namedChildren.filter(({ type }) => type !== 'comment');
  switch (node.type) {
    case 'object': {
      const properties = children.filter(
        ({ type, namedChildCount }) => type === 'object_property' && namedChildCount === 2,
      );
      return Object.fromEntries(
        properties.map((property) => [nameOf(property).replace(/^'|'$/g, ''), valueOf(property.namedChild(1) as Node)]),
      );
    }
    case 'array':
      return children.map(valueOf);
    case 'boolean':
      return node.text === 'true';
    case 'number':
      return Number(node.text);
    case 'string':
      return node.text.slice(1, -1);
    default:
      return node.text;
  }
}
