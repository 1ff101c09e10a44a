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

/** A letter of most scripts, as UTF-8. */
const letterBytes = 3;
const numberBytes = 20;
const formattedBytes = 100;

/** A quiz of the longest questions only would have four megabytes: nobody writes that, and no route takes more than one. */
const mostBytes = 1_024 * 1_024;

/** Every route whose schema takes a longer body than the route does. */
export function bodiesBeyondLimit(document: Contract): string[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).flatMap(([method, { requestBody }]) => {
      const json = requestBody?.content['application/json'];
      if (!requestBody || !json) return [];
      const limit = Number(/^At most (\d+) KB\.$/.exec(requestBody.description)?.[1]) * 1_024;
      const bytes = Math.min(bytesOf(json.schema, document), mostBytes);
      return bytes <= limit ? [] : [`${method.toUpperCase()} ${path}: ${bytes} bytes, the limit is ${limit}`];
    }),
  );
}

/** The longest document of a schema; free objects, whose rules no schema can say, count nothing. */
function bytesOf(given: Schema, document: Contract): number {
  const schema = given.$ref ? find(given.$ref, document) : given;
  const of = (part: Schema): number => bytesOf(part, document);
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (values) return Math.max(...values.map((value) => JSON.stringify(value).length));
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (choices.length > 0) return Math.max(...choices.map(of));
  const type = [schema.type].flat()[0];
  if (type === 'string') return textBytes(schema);
  if (type === 'array') return 2 + (schema.maxItems ?? NaN) * (of(schema.items ?? {}) + 1);
  if (type !== 'object') return numberBytes;
  const members = Object.entries(schema.properties ?? {});
  return 2 + members.reduce((sum, [name, member]) => sum + name.length + 4 + of(member), 0);
}

function textBytes({ maxLength, format, pattern }: Schema): number {
  const length = maxLength ?? (format ? formattedBytes : Number(/\{(?:\d+,)?(\d+)\}\$$/.exec(pattern ?? '')?.[1]));
  return 2 + length * letterBytes;
}

const find = (ref: string, document: Contract): Schema =>
  ref
    .split('/')
    .slice(1)
    .reduce<unknown>((place, step) => (place as Record<string, unknown>)[step], document) as Schema;
