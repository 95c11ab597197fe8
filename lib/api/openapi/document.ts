import { z } from 'zod';
import { IDEMPOTENCY_KEY_HEADER, IDEMPOTENCY_KEY_HOURS } from '#lib/api/idempotency/key.ts';
import { PROBLEM_TYPE, problemSchema } from '#lib/api/problem.ts';
import { type ApiRoute, ROUTES } from '#lib/api/routes.ts';
import { sha256Schema } from '#lib/api/values.ts';
import { ACTIONS } from '#lib/domain/rights/actions.ts';

/** A JSON Schema of draft 2020-12, which OpenAPI 3.1 takes as it is. */
type JsonSchema = Readonly<Record<string, unknown>>;

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

type Content = Readonly<Record<string, { schema: JsonSchema }>>;

export interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  /** Empty: no token is needed. Otherwise the scope that the token needs, or none in particular. */
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { required: true; content: Content };
  responses: Readonly<Record<string, { description: string; content?: Content } | { $ref: string }>>;
}

/** A document of OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1), as far as the API uses it. */
export interface OpenApiDocument {
  openapi: '3.1.0';
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: {
    securitySchemes: Readonly<Record<string, JsonSchema>>;
    schemas: Readonly<Record<string, JsonSchema>>;
    responses: Readonly<Record<string, { description: string; headers: JsonSchema; content: Content }>>;
  };
}

const DESCRIPTION = `
Programs use Heldout with an API token: \`Authorization: Bearer hld_…\`. Create one on the account page. Its scopes are
\`read\`, \`submit\` and \`organize\`; each operation names the one that it needs.

**Errors** are problem details (RFC 9457). \`code\` is stable and identifies the error, \`detail\` says what to do, \`fields\` has
a message for each invalid field, by its path. Too many requests are answered with 429 and \`Retry-After\` in seconds.

**Idempotency**: what creates something takes a key of your own choice in \`${IDEMPOTENCY_KEY_HEADER}\`. The same request with the
same key is answered as the first one for ${IDEMPOTENCY_KEY_HOURS} hours, and nothing is created twice.

**Lists** come in pages: pass \`next\` of one page as \`after\` of the following one. It is null on the last page.

**Versions**: the paths begin with the major version. Fields and operations may be added to it; programs must ignore what they
don't know. What will be removed is marked as deprecated here and answered with the headers \`Deprecation\` and \`Sunset\` for at
least 180 days before.
`.trim();

/** @param origin of the site, without a slash at the end. */
export function openApiDocument(origin: string): OpenApiDocument {
  const routes = Object.entries(ROUTES) as [string, ApiRoute][];
  const paths: Record<string, Record<string, Operation>> = {};
  for (const [name, route] of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Heldout API',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: origin }],
    tags: [...new Set(routes.map(([, route]) => tagOf(route)))].toSorted().map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'hld_…' } },
      schemas: { Problem: schemaOf(problemSchema, 'output') },
      responses: {
        Problem: {
          description: 'What is wrong, and what to do.',
          headers: {
            'Retry-After': { description: 'Of a 429: seconds to wait.', schema: { type: 'integer' } },
          },
          content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
}

function operationOf(operationId: string, route: ApiRoute): Operation {
  const { title, scope } = ACTIONS[route.action];
  const scopes = scope === 'any' || scope === 'never' ? [] : [scope];
  return {
    operationId,
    summary: title,
    tags: [tagOf(route)],
    security: [...(scopes.length === 0 ? [{}] : []), { token: scopes }],
    parameters: [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: bodyContent(route.body) } }),
    responses: {
      [route.response.status]: { description: 'Success.', content: responseContent(route.response) },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

/** The first part of the path behind the version. */
function tagOf({ path }: ApiRoute): string {
  return path.split('/')[3]!;
}

function pathParameters({ path }: ApiRoute): Parameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name: name!, in: 'path', required: true },
    schema: { type: 'string' },
  }));
}

function queryParameters({ query }: ApiRoute): Parameter[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name) },
    schema,
  }));
}

function headerParameters({ takesFileHeaders, takesIdempotencyKey }: ApiRoute): Parameter[] {
  const header = (name: string, description: string, schema: JsonSchema): Parameter => ({
    ...{ name, in: 'header', required: false, description, schema },
  });
  return [
    ...(takesIdempotencyKey
      ? [header(IDEMPOTENCY_KEY_HEADER, 'A key of your own choice.', { type: 'string', maxLength: 255 })]
      : []),
    ...(takesFileHeaders
      ? [
          header('X-File-Name', 'The file’s name, percent-encoded.', { type: 'string' }),
          header(
            'X-Content-SHA256',
            'The file’s SHA-256, compared at the end.',
            schemaOf(sha256Schema, 'input'),
          ),
        ]
      : []),
  ];
}

function bodyContent(body: NonNullable<ApiRoute['body']>): Content {
  if (body === 'application/octet-stream') return { [body]: { schema: {} } };
  return { 'application/json': { schema: schemaOf(body, 'input') } };
}

function responseContent(response: ApiRoute['response']): Content {
  if ('schema' in response) return { [response.type]: { schema: schemaOf(response.schema, 'output') } };
  if ('events' in response) {
    const data = Object.values(response.events).map((schema) => schemaOf(schema, 'output'));
    return {
      [response.type]: { schema: { type: 'string', description: DATA_OF_EVENTS, 'x-event-data': data } },
    };
  }
  return { [response.type]: { schema: {} } };
}

const DATA_OF_EVENTS = 'Server-sent events. The data of each is JSON, of one of the schemas in x-event-data.';

/** Without the `$schema` that says which draft it is of: the document's own. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _draft, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return own;
}
