/** Makes requests to a route by its description: a new route is attacked as soon as it exists. */
import fc from 'fast-check';
import type { DescribedOperation } from '../description.ts';
import { fromSchema, type Vocabulary } from './from-schema.ts';
import type { PlainRequest } from './request.ts';
import { hostileJson, hostileText } from './texts.ts';

export type Attack = {
  /** The contents of a path or a query where something usual does: by the name of the parameter. */
  readonly usual: Readonly<Record<string, fc.Arbitrary<string>>>;
  readonly vocabulary: Vocabulary;
  /** Parameters of a query that only mean something together. */
  readonly together: readonly (readonly string[])[];
};

/** Returns requests to a route. */
export function requestsTo(
  { path, method, operation }: DescribedOperation,
  attack: Attack,
): fc.Arbitrary<PlainRequest> {
  const inQuery = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const few = fc.tuple(...inQuery.map((parameter) => neededOf(parameter, attack)));
  const many = fc.tuple(...inQuery.map((parameter) => queryOf(parameter, attack)), strayQuery);
  const joined = togetherIn(inQuery, attack);
  const query = fc
    .oneof(
      { weight: 4, arbitrary: few },
      { weight: 3, arbitrary: many },
      { weight: 1, arbitrary: fc.tuple(few, many).map((both) => both.flat()) },
      ...joined.map((arbitrary) => ({ weight: 4, arbitrary: fc.tuple(few, arbitrary).map((both) => both.flat()) })),
    )
    .map((pairs) => pairs.flat().join('&'));
  return fc
    .record({ path: pathOf(path, attack), query, headers: anyHeaders, body: bodyOf(method, operation, attack) })
    .map(({ query: text, body, ...rest }) => ({
      ...rest,
      path: `/api${rest.path}${text ? `?${text}` : ''}`,
      method: method.toUpperCase(),
      ...(body ? { body } : {}),
    }));
}

/** Percent-encodes a text; half of a surrogate pair goes as the bytes that it would have, which are no UTF-8. */
function encode(text: string): string {
  // By code points: half of a surrogate pair is to be seen as what it is.
  return Array.from(text)
    .map((character) => (character.isWellFormed() ? encodeURIComponent(character) : '%ED%A0%80'))
    .join('');
}

/** What a request line can hold without being encoded. */
const plain = (text: string): string => text.replace(/[^\u0021-\u00ff]/g, '');

const inUrl = hostileText.chain((text) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(encode(text)) }, { weight: 1, arbitrary: fc.constant(plain(text)) }),
);

function pathOf(template: string, { usual }: Attack): fc.Arbitrary<string> {
  const segments = template
    .split('/')
    .slice(1)
    .map((segment) => {
      const name = /^\{(\w+)\}$/.exec(segment)?.[1];
      if (name === undefined) return fc.constant(segment);
      const known = usual[name];
      if (!known) throw new Error(`The test has no usual values for the parameter "${name}" of a path: give it some`);
      return fc.oneof({ weight: 7, arbitrary: known.map(encode) }, { weight: 1, arbitrary: inUrl });
    });
  return fc
    .tuple(fc.tuple(...segments), fc.oneof({ weight: 20, arbitrary: fc.constant('') }, { weight: 1, arbitrary: inUrl }))
    .map(([parts, tail]) => `/${parts.join('/')}${tail}`);
}

type Parameter = NonNullable<DescribedOperation['operation']['parameters']>[number];

function queryOf({ name, schema }: Parameter, { usual, vocabulary }: Attack): fc.Arbitrary<readonly string[]> {
  const asked = usual[name] ?? fromSchema(schema, vocabulary, name).map(asText);
  const value = fc.oneof({ weight: 4, arbitrary: asked.map(encode) }, { weight: 1, arbitrary: inUrl });
  const given = value.map((text) => [`${name}=${text}`]);
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant([]) },
    { weight: 4, arbitrary: given },
    { weight: 1, arbitrary: fc.tuple(given, given).map((both) => both.flat()) },
  );
}

/** The parameters without which nothing is reached: half of the requests have no others. */
const needed = ['token', 'confirm'];

function neededOf({ name }: Parameter, { usual }: Attack): fc.Arbitrary<readonly string[]> {
  const known = needed.includes(name) ? usual[name] : undefined;
  return known ? known.map((text) => [`${name}=${encode(text)}`]) : fc.constant([]);
}

/** Returns the groups of parameters that a route takes together, each given in full. */
function togetherIn(
  inQuery: readonly Parameter[],
  { together, usual, vocabulary }: Attack,
): readonly fc.Arbitrary<readonly (readonly string[])[]>[] {
  return together.flatMap((names) => {
    const group = inQuery.filter(({ name }) => names.includes(name));
    if (group.length < names.length) return [];
    const given = ({ name, schema }: Parameter): fc.Arbitrary<readonly string[]> =>
      (usual[name] ?? fromSchema(schema, vocabulary, name).map(asText)).map((text) => [`${name}=${encode(text)}`]);
    return fc.tuple(...group.map(given));
  });
}

/** JSON if it is no text: an object can have a `toString` that is none. */
const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const strayQuery: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 12, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.tuple(inUrl, inUrl).map(([name, value]) => [`${name}=${value}`]) },
  { weight: 1, arbitrary: fc.constantFrom(['code=x'], ['&&'], ['=']) },
);

const headerValues: Readonly<Record<string, readonly string[]>> = {
  accept: ['text/csv', 'text/csv;q=x', '*/*;q=0', 'application/json, text/csv;q=1e9', ','.repeat(2_000)],
  'content-type': [
    'text/plain',
    'application/json; charset=utf-16',
    'multipart/form-data; boundary=x',
    'x'.repeat(2_000),
  ],
  'content-encoding': ['gzip', 'br', 'identity, gzip'],
  authorization: ['Bearer x', 'Basic ====', 'Bearer ' + 'a.'.repeat(500)],
  host: ['example.com', 'localhost:99999', '[::1', 'a b', "'", 'x'.repeat(300)],
  'x-functions-key': ['', 'x', "' or 1=1"],
  'x-forwarded-host': ['evil.example.com'],
  'x-ms-client-principal': ['eyJ1c2VySWQiOiJ2aWN0aW0ifQ=='],
  'if-none-match': ['*'],
  range: ['bytes=0-0', 'bytes=-1'],
  cookie: ['a=b; '.repeat(500)],
  expect: ['100-continue'],
};

const anyHeaders: fc.Arbitrary<Readonly<Record<string, string>>> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...Object.entries(headerValues))
      .chain(([name, values]) => fc.constantFrom(...values).map((value) => ({ [name]: value }))),
  },
);

function bodyOf(
  method: string,
  { requestBody }: DescribedOperation['operation'],
  { vocabulary }: Attack,
): fc.Arbitrary<Uint8Array | undefined> {
  // Of a GET, the platform's library drops it, and says so each time.
  if (method === 'get') return fc.constant(undefined);
  const schema = requestBody?.content['application/json']?.schema;
  const asJson = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const broken = fc.oneof(
    fc
      .constantFrom(
        '',
        '{',
        '[',
        'nul',
        '{"a":}',
        '"\ud800"',
        '\ufeff{}',
        '{"operations":[',
        '[' + '['.repeat(5_000),
        '{"__proto__":{"a":1}}',
      )
      .map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    hostileJson.map(asJson),
  );
  if (!schema) return fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: broken });
  const asked = fromSchema(schema, vocabulary).map((value) => asJson(value));
  return fc.oneof(
    { weight: 12, arbitrary: asked },
    { weight: 1, arbitrary: asked.map((bytes) => bytes.subarray(0, bytes.length / 2)) },
    { weight: 2, arbitrary: broken },
  );
}
