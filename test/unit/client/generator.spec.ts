// eslint-disable-next-line @typescript-eslint/no-require-imports
const { declareSchemas, typeOf } = require('../../../packages/client/generator/schemas.mjs') as {
  declareSchemas: (schemas: object) => string[];
  typeOf: (schema: unknown) => string;
};
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { readOperations } = require('../../../packages/client/generator/operations.mjs') as {
  readOperations: (document: object) => { name: string; types: Record<string, string>; facts: object }[];
};

const text = { type: 'string' };

it.each<[unknown, string]>([
  [{ type: 'string' }, 'string'],
  [{ type: ['integer', 'null'] }, 'number | null'],
  [{ const: "it's" }, String.raw`'it\'s'`],
  [{ type: 'string', enum: ['easy', 'hard'] }, "'easy' | 'hard'"],
  [{ type: 'array', items: { anyOf: [text, { type: 'null' }] } }, '(string | null)[]'],
  [{ type: 'object', additionalProperties: { $ref: '#/components/schemas/Key' } }, 'Record<string, Key>'],
  [{ type: 'object', additionalProperties: false }, 'Record<string, never>'],
  [{ oneOf: [{ $ref: '#/components/schemas/Quiz' }, { $ref: '#/components/schemas/Essay' }] }, 'Quiz | Essay'],
  [{ allOf: [{ $ref: '#/components/schemas/Base' }, { oneOf: [text, { type: 'null' }] }] }, 'Base & (string | null)'],
  [{ type: 'object', properties: { 'a-b': text }, required: ['a-b'] }, '{\n  "a-b": string;\n}'],
  [{ type: 'object', properties: { a: text }, oneOf: [{ required: ['a'] }, { required: [] }] }, '{\n  a?: string;\n}'],
  [{}, 'unknown'],
])('the schema %j has the type %s', (schema, type) => {
  expect(typeOf(schema)).toBe(type);
});

it('a schema that narrows another one extends it, and keeps the properties that the other one requires', () => {
  const Problem = { type: 'object', properties: { code: text }, required: ['code'] };
  const Full = { allOf: [{ $ref: '#/components/schemas/Problem' }], properties: { code: { const: 'FULL' } } };
  expect(declareSchemas({ Problem, Full })[1]).toBe("export interface Full extends Problem {\n  code: 'FULL';\n}\n");
});

/** A document with one operation. */
const documentOf = (operation: object, path = '/things/{id}'): object => ({
  paths: { [path]: { put: { operationId: 'putThing', responses: { 204: {} }, ...operation } } },
});

it.each<[string, object, string]>([
  [
    'two operations with one name',
    { paths: { '/a': { get: { operationId: 'one', responses: {} }, put: { operationId: 'one', responses: {} } } } },
    'Two operations have the operationId one',
  ],
  [
    'a header that the client does not know',
    documentOf({ parameters: [{ in: 'header', name: 'X-Colour', schema: text }] }),
    'cannot send the header X-Colour',
  ],
  [
    'two arguments with one name',
    documentOf({
      parameters: [
        { in: 'path', name: 'id', schema: text },
        { in: 'query', name: 'id', schema: text },
      ],
    }),
    'two arguments have the same name',
  ],
  [
    'an edit of a thing that nobody can read',
    documentOf({ parameters: [{ in: 'header', name: 'If-Match', schema: text }] }),
    'no resource above it can be read',
  ],
])('the generator stops at %s', (_, document, message) => {
  expect(() => readOperations(document)).toThrow(message);
});

it('a response that is not JSON is a text or a file', () => {
  const resultOf = (type: string): string | undefined =>
    readOperations(documentOf({ responses: { 200: { content: { [type]: {} } } } }))[0]!.types.result;
  expect([resultOf('text/csv'), resultOf('image/png')]).toEqual(['string', 'Blob']);
});
