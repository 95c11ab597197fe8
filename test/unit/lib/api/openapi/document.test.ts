import { expect, test } from 'vitest';
import { type OpenApiDocument, openApiDocument } from '#lib/api/openapi/document.ts';
import { ROUTES } from '#lib/api/routes.ts';

const document = openApiDocument('https://heldout.example');
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

/** What a reference of the document leads to. */
function resolve(reference: string, whole: OpenApiDocument): unknown {
  expect(reference).toMatch(/^#\//);
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], whole);
}

function* referencesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, own] of Object.entries(value)) {
    if (key === '$ref') yield own as string;
    else yield* referencesIn(own);
  }
}

test('the document has every route, and no other operation', () => {
  const documented = operations.map(({ operationId, method, path }) => [operationId, method, path]);
  const routes = Object.entries(ROUTES).map(([name, { method, path }]) => [name, method.toLowerCase(), path]);
  expect(documented.toSorted()).toEqual(routes.toSorted());
});

test('it is JSON whose references lead somewhere', () => {
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  const references = [...referencesIn(document)];
  expect(references.length).toBeGreaterThan(operations.length);
  for (const reference of references) expect(resolve(reference, document), reference).toBeDefined();
});

test('each operation has its parameters, and one of each name', () => {
  for (const { path, parameters, operationId } of operations) {
    const inPath = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
    expect(inPath, operationId).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    const names = parameters.map((one) => `${one.in} ${one.name}`);
    expect(new Set(names).size, operationId).toBe(names.length);
    // A schema without a word about its type would take anything.
    for (const { name, schema } of parameters)
      expect(Object.keys(schema), `${operationId} ${name}`).not.toEqual([]);
  }
  const { parameters } = document.paths['/api/v1/submissions']!['get']!;
  expect(parameters).toContainEqual(expect.objectContaining({ name: 'limit', in: 'query', required: false }));
});

test('each operation names the scope of its token, and what creates something takes a key', () => {
  const paths = document.paths;
  expect(paths['/api/v1/submissions']!['post']).toMatchObject({
    security: [{ token: ['submit'] }],
    parameters: [{ name: 'Idempotency-Key', in: 'header', required: false }],
    requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
    responses: {
      201: { content: { 'application/json': {} } },
      default: { $ref: '#/components/responses/Problem' },
    },
  });
  expect(paths['/api/v1/challenges/{slug}']!['get']!.security).toEqual([{}, { token: [] }]);
  expect(paths['/api/v1/images']!['post']!.parameters.map(({ name }) => name)).toEqual([
    ...['team', 'challenge', 'phase'],
    ...['Idempotency-Key', 'X-File-Name', 'X-Content-SHA256'],
  ]);
});
