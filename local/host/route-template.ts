/**
 * Route templates as in ASP.NET, which the real host uses: `{id}`, `{id?}`, `{id:int}`, `{*rest}`.
 *
 * Literals match regardless of case. If several templates match, the more literal one wins, segment by segment.
 */

type Literal = { readonly kind: 'literal'; readonly text: string };
type Parameter = {
  readonly kind: 'parameter' | 'rest';
  readonly name: string;
  readonly optional: boolean;
  readonly constraints: readonly RegExp[];
};

export type RouteTemplate = readonly (Literal | Parameter)[];
export type RouteParameters = Readonly<Record<string, string>>;

const constraints: Readonly<Record<string, RegExp>> = {
  int: /^-?\d{1,10}$/,
  long: /^-?\d{1,19}$/,
  bool: /^(true|false)$/i,
  guid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  alpha: /^[a-z]*$/i,
};

/** Parses a template without slashes around it. Throws if it uses a feature that this host does not have. */
export function parseRouteTemplate(template: string): RouteTemplate {
  if (template === '') return [];
  return template.split('/').map((segment) => parseSegment(segment, template));
}

function parseSegment(segment: string, template: string): Literal | Parameter {
  if (!/[{}]/.test(segment)) return { kind: 'literal', text: segment.toLowerCase() };
  const parts = /^\{(?<star>\*{0,2})(?<name>\w+)(?<constraints>(:[^:?{}]+)*)(?<optional>\??)\}$/.exec(segment)?.groups;
  if (parts === undefined)
    throw new Error(`Cannot use route "${template}": "${segment}" is not a parameter that this host knows`);
  const names = (parts.constraints ?? '').split(':').slice(1);
  return {
    kind: parts.star === '' ? 'parameter' : 'rest',
    name: parts.name ?? '',
    optional: parts.optional !== '' || parts.star !== '',
    constraints: names.map((name) => constraintOf(name, template)),
  };
}

function constraintOf(name: string, template: string): RegExp {
  const known = constraints[name];
  if (known !== undefined) return known;
  throw new Error(
    `Cannot use route "${template}": this host knows the constraints ${Object.keys(constraints).join(', ')}, not "${name}"`,
  );
}

/**
 * Matches a percent-encoded path without its leading slash. Returns the decoded parameters; undefined if it does not match.
 *
 * Each segment is decoded separately, so an encoded slash does not separate segments.
 */
export function matchRoute(template: RouteTemplate, path: string): RouteParameters | undefined {
  const segments = path.replace(/\/$/, '').split('/').map(decodeSegment);
  const found = new Map<string, string>();
  for (const [index, part] of template.entries()) {
    const value = part.kind === 'rest' ? segments.slice(index).join('/') : (segments[index] ?? '');
    if (!matchesPart(part, value)) return undefined;
    if (part.kind !== 'literal' && value !== '') found.set(part.name, value);
  }
  const takesTheRest = template.at(-1)?.kind === 'rest';
  const stray = path !== '' && segments.length > template.length;
  return stray && !takesTheRest ? undefined : Object.fromEntries(found);
}

function matchesPart(part: Literal | Parameter, value: string): boolean {
  if (part.kind === 'literal') return part.text === value.toLowerCase();
  if (value === '') return part.optional;
  return part.constraints.every((constraint) => constraint.test(value));
}

/** Percent-decodes one segment. Like the real server, it leaves an invalid encoding unchanged. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}

/** Compares templates for sorting: the more literal one comes first. */
export function compareRoutes(one: RouteTemplate, other: RouteTemplate): number {
  const [first, second] = [precedence(one), precedence(other)];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

/** Returns one digit for each segment; a more literal segment has a smaller digit. */
function precedence(template: RouteTemplate): string {
  return template.map(rank).join('');
}

function rank(part: Literal | Parameter): number {
  if (part.kind === 'literal') return 1;
  return (part.kind === 'rest' ? 5 : 3) - (part.constraints.length > 0 ? 1 : 0);
}
