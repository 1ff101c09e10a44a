import type { Contract } from '../../support/contract';

interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  format?: string;
  pattern?: string;
  maxLength?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
}

interface Operation {
  requestBody?: { description: string; content: Record<string, { schema: Schema }> };
}

/** The UTF-8 size of a character in most scripts. */
const characterBytes = 3;
const numberBytes = 20;
const formattedBytes = 100;

/** A quiz of only the longest questions would have 4 MB. Nobody writes one, and no route accepts more than 1 MB. */
const maxExpectedBytes = 1_024 * 1_024;

/** Lists every route whose schema allows a longer body than the route's limit. */
export function findBodiesBeyondLimit(document: Contract): string[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).flatMap(([method, { requestBody }]) => {
      const json = requestBody?.content['application/json'];
      if (!requestBody || !json) return [];
      const limit = Number(/^At most (\d+) KB\.$/.exec(requestBody.description)?.[1]) * 1_024;
      const bytes = Math.min(maxBytesOf(json.schema, document), maxExpectedBytes);
      return bytes <= limit ? [] : [`${method.toUpperCase()} ${path}: ${bytes} bytes, the limit is ${limit}`];
    }),
  );
}

/** The size of the longest document that a schema allows. Objects without declared members count as empty. */
function maxBytesOf(given: Schema, document: Contract): number {
  const schema = given.$ref ? find(given.$ref, document) : given;
  const of = (part: Schema): number => maxBytesOf(part, document);
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (values) return Math.max(...values.map((value) => JSON.stringify(value).length));
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (choices.length > 0) return Math.max(...choices.map(of));
  const type = [schema.type].flat()[0];
  if (type === 'string') return maxTextBytesOf(schema);
  if (type === 'array') return 2 + (schema.maxItems ?? NaN) * (of(schema.items ?? {}) + 1);
  if (type !== 'object') return numberBytes;
  const members = Object.entries(schema.properties ?? {});
  return 2 + members.reduce((sum, [name, member]) => sum + name.length + 4 + of(member), 0);
}

function maxTextBytesOf({ maxLength, format, pattern }: Schema): number {
  const length = maxLength ?? (format ? formattedBytes : Number(/\{(?:\d+,)?(\d+)\}\$$/.exec(pattern ?? '')?.[1]));
  return 2 + length * characterBytes;
}

const find = (ref: string, document: Contract): Schema =>
  ref
    .split('/')
    .slice(1)
    .reduce<unknown>((place, step) => (place as Record<string, unknown>)[step], document) as Schema;
