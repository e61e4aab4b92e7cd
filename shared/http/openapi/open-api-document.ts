/** The OpenAPI 3.1 document, made from the schemas that requests are parsed with and answers are described by. */
import * as z from '../zod.ts';
import { keyOf, rolesFor } from '../access.ts';
import { type Answer, components, type RouteDescription, routes, pathParameters, toUnauthorized } from './routes.ts';

type Json = Readonly<Record<string, unknown>>;

let document: Json | undefined;

/** Returns the document. It is built at the first call. */
export function openApiDocument(): Json {
  return (document ??= {
    openapi: '3.1.0',
    info: {
      title: 'Duplicate attribute resiliency',
      version: '1.0.0',
      description:
        'Exports of users, groups and contacts in; duplicates of userPrincipalName and SMTP addresses quarantined, listed and released.',
    },
    servers: [{ url: '/api' }],
    paths: pathsOf(routes),
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        keyInHeader: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        keyInQuery: { type: 'apiKey', in: 'query', name: 'code' },
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'Of Microsoft Entra, in place of keys where the service is set up so. Each app role named with a route opens it, or all of those that are named together; for one tenant also as <role>/<tenantId>.',
        },
      },
    },
  });
}

function pathsOf(all: readonly RouteDescription[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of all) (paths[operation.path] ??= {})[operation.method] = describe(operation);
  return paths;
}

function describe({
  id,
  path,
  summary,
  access,
  query = {},
  body,
  isBodyOptional = false,
  ...rest
}: RouteDescription): Json {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => parameter('path', name, pathParameters[name]));
  const inQuery = Object.entries(query).map(([name, schema]) => parameter('query', name, schema));
  const parameters = [...inPath, ...inQuery];
  const isOpen = access === 'anyone';
  const answers = isOpen ? rest.answers : { ...toUnauthorized, ...rest.answers };
  return {
    operationId: id,
    summary: keyOf(access) === 'admin' ? `${summary} (with an admin key)` : summary,
    security: isOpen ? [] : [{ keyInHeader: [] }, { keyInQuery: [] }, ...rolesFor(access).map(asRequirement)],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? { requestBody: { required: !isBodyOptional, content: { 'application/json': { schema: inputOf(body) } } } }
      : {}),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, answer]) => [status, response([answer].flat())]),
    ),
  };
}

function asRequirement(roles: readonly string[]): Json {
  return { accessToken: roles };
}

function parameter(place: 'path' | 'query', name: string, schema: z.core.$ZodType | undefined): Json {
  if (!schema) throw new Error(`The parameter "${name}" of a path is not described`);
  const { description, ...rest } = inputOf(schema);
  return { name, in: place, required: place === 'path', ...(description ? { description } : {}), schema: rest };
}

function response(all: readonly Answer[]): Json {
  if (all.every(({ content }) => content === null)) return { description: all[0]?.description };
  const content = all.map(({ schema, content: type = 'application/json' }) => [
    type,
    { schema: schema ? outputOf(schema) : { type: 'string' } },
  ]);
  return { description: all[0]?.description, content: Object.fromEntries(content) as Json };
}

function inputOf(schema: z.core.$ZodType): Json {
  return withoutDialect(z.toJSONSchema(schema, { io: 'input' }));
}

function outputOf(schema: z.core.$ZodType): Json {
  const name = Object.keys(components).find((candidate) => components[candidate] === schema);
  return name ? { $ref: `#/components/schemas/${name}` } : withoutDialect(z.toJSONSchema(schema, { io: 'output' }));
}

function componentSchemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(components)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io: 'output',
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => {
      // The format says it; the pattern of a time alone has 300 characters.
      if (jsonSchema.format) delete jsonSchema.pattern;
    },
  });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutDialect(schema)]));
}

/** JSON Schema 2020-12 is OpenAPI 3.1's own, and a component has its place for an id. */
function withoutDialect({ $schema: _dialect, $id: _id, ...schema }: Json): Json {
  return schema;
}
