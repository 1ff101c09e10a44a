import { readFileSync } from 'node:fs';
import path from 'node:path';

const read = (file: string): string => readFileSync(path.join(__dirname, '../..', file), 'utf8');

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}
interface Body {
  content?: Record<string, { schema?: Schema }>;
}
interface Operation {
  parameters?: { name: string; in: string; schema?: Schema }[];
  requestBody?: Body;
  responses?: Record<string, Body>;
}
interface Description {
  components: { schemas: Record<string, Schema> };
  paths: Record<string, Record<string, Operation>>;
}
/** A field or a query parameter. The place is a named schema, `query`, or a route that has a schema without a name. */
interface Name {
  name: string;
  place: string;
  types: readonly string[];
}
interface Rule {
  patterns: readonly string[];
  /** Every field of this type has a name like the patterns. */
  type: string | undefined;
  refused: readonly string[];
}
type Exception = Pick<Name, 'name' | 'place'>;

const variantsOf = ({ anyOf = [], oneOf = [], allOf = [] }: Schema): Schema[] => [...anyOf, ...oneOf, ...allOf];

/** The type and the format of a value, and those of its variants. */
function typesOf(schema: Schema): string[] {
  const isBoolean = typeof schema.const === 'boolean' || schema.enum?.some((value) => typeof value === 'boolean');
  const own = [schema.type ?? [], schema.format ?? [], isBoolean ? 'boolean' : []].flat();
  return [...own, ...variantsOf(schema).flatMap(typesOf)];
}

/** The fields of a schema, and those of the schemas inside it. A referenced schema is listed in its own place. */
function fieldsOf(schema: Schema, place: string): Name[] {
  const fields = Object.entries(schema.properties ?? {});
  const { items, additionalProperties: rest } = schema;
  const inner = [...fields.map(([, field]) => field), ...(items ? [items] : []), ...variantsOf(schema)];
  if (typeof rest === 'object') inner.push(rest);
  return [
    ...fields.map(([name, field]) => ({ name, place, types: typesOf(field) })),
    ...inner.flatMap((each) => fieldsOf(each, place)),
  ];
}

function namesOfOperation({ parameters = [], requestBody, responses = {} }: Operation, route: string): Name[] {
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const bodies = [...(requestBody ? [requestBody] : []), ...Object.values(responses)];
  const schemas = bodies.flatMap(({ content = {} }) => Object.values(content).map(({ schema }) => schema ?? {}));
  return [
    ...inQuery.map(({ name, schema }) => ({ name, place: 'query', types: typesOf(schema ?? {}) })),
    ...schemas.flatMap((schema) => fieldsOf(schema, route)),
  ];
}

function namesIn({ components, paths }: Description): Name[] {
  const routes = Object.entries(paths).flatMap(([url, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ route: `${method} ${url}`, operation })),
  );
  return [
    ...Object.entries(components.schemas).flatMap(([place, schema]) => fieldsOf(schema, place)),
    ...routes.flatMap(({ route, operation }) => namesOfOperation(operation, route)),
  ];
}

/** The rows of the table with this header, each as its cells. */
function tableOf(page: string, header: string): string[][] {
  const [, rest] = page.split(`\n${header}\n`);
  if (rest === undefined) throw new Error(`docs/glossary.md has no table with the header ${header}`);
  const lines = rest.split('\n').slice(1);
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(0, end === -1 ? undefined : end).map((line) => line.split('|').slice(1, -1));
}
const wordsOf = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);

const glossary = read('docs/glossary.md');
const rules: Rule[] = tableOf(glossary, '| name | meaning | rule | not called |').map(([name, , rule, refused]) => ({
  patterns: wordsOf(name),
  type: /every `([^`]+)`/.exec(rule!)?.[1],
  refused: wordsOf(refused),
}));
const exceptions: Exception[] = tableOf(glossary, '| name | where | reason |').flatMap(([names, places]) =>
  wordsOf(names).flatMap((name) => wordsOf(places).map((place) => ({ name, place }))),
);

/** `…At` is like `createdAt` and not like `at`; `is…` is like `isRead` and not like `issued`. */
function isLike(name: string, pattern: string): boolean {
  if (pattern.startsWith('…')) return new RegExp(`^\\w+${pattern.slice(1)}$`).test(name);
  if (pattern.endsWith('…')) return new RegExp(`^${pattern.slice(0, -1)}[A-Z]`).test(name);
  return name === pattern;
}
const isLikeAny = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => isLike(name, pattern));

/** What is wrong with a name, or undefined. */
function faultOf({ name, place, types }: Name): string | undefined {
  const refusing = rules.find(({ refused }) => isLikeAny(name, refused));
  if (refusing) return `${place}: ${name} must be called ${refusing.patterns.join(' or ')}`;
  const broken = rules.find(({ type, patterns }) => type && types.includes(type) && !isLikeAny(name, patterns));
  return broken && `${place}: ${name} is a ${broken.type} and must be called ${broken.patterns.join(' or ')}`;
}
const isException = ({ name, place }: Name): boolean =>
  exceptions.some((exception) => exception.name === name && exception.place === place);

const names = namesIn(JSON.parse(read('openapi.json')) as Description);
const faultsOf = (all: readonly Name[]): string[] =>
  all.filter((name) => !isException(name)).flatMap((name) => faultOf(name) ?? []);

test('every field and query parameter of the API follows the names in the glossary', () => {
  expect(names.length).toBeGreaterThan(900);
  expect([...new Set(faultsOf(names))]).toEqual([]);
});

test('every exception in the glossary is needed by a name of the API', () => {
  const needed = names.filter((name) => faultOf(name) !== undefined);
  const isNeeded = ({ name, place }: Exception): boolean =>
    needed.some((each) => each.name === name && each.place === place);
  expect(exceptions.length).toBeGreaterThan(10);
  expect(exceptions.filter((exception) => !isNeeded(exception))).toEqual([]);
});

const date = { type: 'string', format: 'date-time' };
test.each<[string, Schema, string]>([
  ['state', { type: 'string' }, 'Thing: state must be called status'],
  ['readOutcome', { type: 'string' }, 'Thing: readOutcome must be called status'],
  ['completionDate', date, 'Thing: completionDate must be called …At'],
  ['lastLogin', { anyOf: [date, { type: 'null' }] }, 'Thing: lastLogin is a date-time and must be called …At'],
  ['startsAt', { type: 'string', format: 'date' }, 'Thing: startsAt is a date and must be called …On'],
  ['issued', { type: ['boolean', 'null'] }, 'Thing: issued is a boolean and must be called is… or has… or can…'],
  ['ready', { const: true }, 'Thing: ready is a boolean and must be called is… or has… or can…'],
  ['decidedBy', { type: 'integer' }, 'Thing: decidedBy must be called …Id or …Ids'],
  ['teoCoins', { type: 'integer' }, 'Thing: teoCoins must be called balance'],
])('a field %s is reported', (name, schema, fault) => {
  const nested = { items: { properties: { [name]: schema } } };
  expect(faultsOf(fieldsOf({ properties: { rows: nested } }, 'Thing'))).toEqual([fault]);
});

test('a query parameter and a field of a schema without a name are reported with their place', () => {
  const operation: Operation = {
    parameters: [{ name: 'archived', in: 'query', schema: { type: 'boolean' } }],
    responses: { 200: { content: { 'application/json': { schema: { properties: { until: date } } } } } },
  };
  expect(faultsOf(namesOfOperation(operation, 'get /things'))).toEqual([
    'query: archived must be called is… or has… or can…',
    'get /things: until must be called …At',
  ]);
});
