import { z } from 'zod';

export type Json = Record<string, unknown>;
export type Io = 'input' | 'output';

const root = '#/components/schemas/';
/** A request sees a schema before defaults and transforms, an answer after: marked until we know whether that differs. */
const inputMark = '~input';

/** Every named zod schema (`.meta({ id })`) as a component of the document, and references to them. */
export class Schemas {
  private readonly input = convertAll('input');
  private readonly output = convertAll('output');
  private readonly extra: Record<string, Json> = {};

  /** A reference for a named schema, the schema itself for a nameless one. */
  of(schema: z.ZodType, io: Io): Json {
    const name = z.globalRegistry.get(schema)?.id;
    if (name) return { $ref: root + name + (io === 'input' ? inputMark : '') };
    const { $defs: _defs, $schema: _dialect, ...inline } = z.toJSONSchema(schema, { io, override: simplify }) as Json;
    return mapRefs(inline, (ref) => ref.replace('#/$defs/', root) + (io === 'input' ? inputMark : '')) as Json;
  }

  /** A component that is written by hand. */
  add(name: string, schema: Json): Json {
    if (this.input[name]) throw new Error(`Two schemas are named ${name}`);
    this.extra[name] = schema;
    return { $ref: root + name };
  }

  /** The document with its components: only those it reaches, the request's form apart only where it differs. */
  complete<T extends object>(document: T): { document: T; schemas: Record<string, Json> } {
    const reached = this.reach(document);
    const nameOf = (ref: string): string => {
      const marked = ref.slice(root.length);
      const name = marked.replace(inputMark, '');
      const apart = marked !== name && reached.has(name) && this.differs(name);
      return root + (apart ? `${name}Input` : name);
    };
    const settle = (value: unknown): unknown => mapRefs(value, (ref) => (ref.startsWith(root) ? nameOf(ref) : ref));
    const schemas: Record<string, Json> = {};
    for (const [marked, schema] of reached) schemas[nameOf(root + marked).slice(root.length)] = settle(schema) as Json;
    return { document: settle(document) as T, schemas };
  }

  private reach(document: object): Map<string, Json> {
    const reached = new Map<string, Json>();
    const visit = (value: unknown): void => {
      mapRefs(value, (ref) => {
        const marked = ref.slice(root.length);
        if (!ref.startsWith(root) || reached.has(marked)) return ref;
        const schema = this.find(marked);
        reached.set(marked, schema);
        visit(schema);
        return ref;
      });
    };
    visit(document);
    return reached;
  }

  private find(marked: string): Json {
    const name = marked.replace(inputMark, '');
    const schema = this.extra[name] ?? (marked === name ? this.output : this.input)[name];
    if (!schema) throw new Error(`No schema is named ${name}`);
    if (marked === name || this.extra[name]) return schema;
    return mapRefs(schema, (ref) => ref + inputMark) as Json;
  }

  private differs(name: string, seen = new Set<string>()): boolean {
    if (seen.has(name)) return false;
    seen.add(name);
    if (JSON.stringify(this.input[name]) !== JSON.stringify(this.output[name])) return true;
    const inner: string[] = [];
    mapRefs(this.output[name], (ref) => (inner.push(ref.slice(root.length)), ref));
    return inner.some((each) => this.differs(each, seen));
  }
}

function convertAll(io: Io): Record<string, Json> {
  const options = { io, uri: (name: string) => root + name, override: simplify };
  const { schemas } = z.toJSONSchema(z.globalRegistry, options) as { schemas: Record<string, Json> };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $id: _id, $schema: _dialect, id: _name, ...schema }]) => [name, schema]),
  );
}

const formats = new Set(['date-time', 'date', 'email', 'uuid']);

/** Leaves out what a reader does not need: bounds that every safe integer keeps, the pattern behind a format. */
function simplify({ jsonSchema }: { jsonSchema: Json }): void {
  const { documentedAs, ...rest } = jsonSchema;
  if (documentedAs) {
    for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
    const { description, default: fallback } = rest;
    Object.assign(
      jsonSchema,
      documentedAs,
      description ? { description } : {},
      fallback === undefined ? {} : { default: fallback },
    );
  }
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  // An open object says nothing here, so that `unevaluatedProperties` of what builds on it can close it.
  if (JSON.stringify(jsonSchema.additionalProperties) === '{}') delete jsonSchema.additionalProperties;
  if (formats.has(jsonSchema.format as string)) delete jsonSchema.pattern;
}

/** A copy in which every reference is what `change` makes of it. */
export function mapRefs(value: unknown, change: (ref: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapRefs(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) =>
      key === '$ref' && typeof member === 'string' ? [key, change(member)] : [key, mapRefs(member, change)],
    ),
  );
}
