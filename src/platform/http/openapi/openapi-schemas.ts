import { z } from 'zod';
import { discriminatorOf, isTrimmed, namedRulesOf } from '../../internals/zod-definitions';

export type Json = Record<string, unknown>;
type Io = 'input' | 'output';

const root = '#/components/schemas/';
/** Marks a reference to the request form of a schema (before defaults and transforms). The mark is removed if both forms are equal. */
const inputMark = '~input';

/** Converts every named zod schema (`.meta({ id })`) into a component of the document, and returns references to them. */
export class Schemas {
  private readonly input = convertAll('input');
  private readonly output = convertAll('output');
  private readonly added: Record<string, Json> = {};

  /** Returns a reference to a named schema, or the schema itself if it has no name. */
  of(schema: z.ZodType, io: Io): Json {
    const name = z.globalRegistry.get(schema)?.id;
    if (name) return { $ref: root + name + (io === 'input' ? inputMark : '') };
    const { $defs: _defs, $schema: _dialect, ...inline } = z.toJSONSchema(schema, { io, override: simplify }) as Json;
    return mapRefs(inline, (ref) => ref.replace('#/$defs/', root) + (io === 'input' ? inputMark : '')) as Json;
  }

  /** Adds a hand-written component. */
  add(name: string, schema: Json): Json {
    if (this.input[name]) throw new Error(`Two schemas are named ${name}`);
    this.added[name] = schema;
    return { $ref: root + name };
  }

  /** True if the schema that a reference names has a default, so that a request may have no body. */
  hasDefault({ $ref }: { $ref?: string }): boolean {
    return $ref !== undefined && 'default' in this.find($ref.slice(root.length));
  }

  /** Returns the document with the components it refers to. A schema has a separate request form only if the two forms differ. */
  complete<T extends object>(document: T): { document: T; schemas: Record<string, Json> } {
    const reached = this.findReferenced(document);
    const nameOf = (ref: string): string => {
      const marked = ref.slice(root.length);
      const name = marked.replace(inputMark, '');
      const isSeparate = marked !== name && reached.has(name) && this.differs(name);
      return root + (isSeparate ? `${name}Input` : name);
    };
    const rename = (value: unknown): unknown => mapRefs(value, (ref) => (ref.startsWith(root) ? nameOf(ref) : ref));
    const schemas: Record<string, Json> = {};
    for (const [marked, schema] of reached) schemas[nameOf(root + marked).slice(root.length)] = rename(schema) as Json;
    return { document: rename(document) as T, schemas };
  }

  private findReferenced(document: object): Map<string, Json> {
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
    const schema = this.added[name] ?? (marked === name ? this.output : this.input)[name];
    if (!schema) throw new Error(`No schema is named ${name}`);
    if (marked === name || this.added[name]) return schema;
    return mapRefs(schema, (ref) => ref + inputMark) as Json;
  }

  /** True if the request form and the response form of a schema, or of a schema inside it, are not equal. */
  private differs(name: string, seen = new Set<string>()): boolean {
    if (seen.has(name)) return false;
    seen.add(name);
    if (JSON.stringify(this.input[name]) !== JSON.stringify(this.output[name])) return true;
    const innerNames: string[] = [];
    mapRefs(this.output[name], (ref) => {
      innerNames.push(ref.slice(root.length));
      return ref;
    });
    return innerNames.some((innerName) => this.differs(innerName, seen));
  }
}

function convertAll(io: Io): Record<string, Json> {
  const options = { io, uri: (name: string) => root + name, override: simplify };
  const { schemas } = z.toJSONSchema(z.globalRegistry, options) as { schemas: Record<string, Json> };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $id: _id, $schema: _dialect, id: _name, ...schema }]) => [name, schema]),
  );
}

interface Converted {
  zodSchema: z.core.$ZodType;
  jsonSchema: Json;
}

/** Lists the rules that JSON Schema cannot say as `x-rule`, and says that a trimmed text must have characters other than spaces. */
function describeChecks({ zodSchema, jsonSchema }: Converted): void {
  const rules = namedRulesOf(zodSchema);
  if (rules.length > 0) jsonSchema['x-rule'] = rules;
  const minLength = jsonSchema.minLength as number | undefined;
  if (minLength && !jsonSchema.pattern && isTrimmed(zodSchema)) jsonSchema.pattern = patternOfTrimmed(minLength);
}

const patternOfTrimmed = (minLength: number): string =>
  minLength === 1 ? String.raw`\S` : String.raw`\S[\s\S]{${minLength - 2},}\S`;

const formats = new Set(['date-time', 'date', 'uuid']);

/**
 * Removes the pattern of a known format, which readers do not need, and adds the format of integers. A schema with
 * `.meta({ documentedAs })` is replaced by that, except for its description, default and rules.
 */
function simplify(converted: Converted): void {
  const { zodSchema, jsonSchema } = converted;
  describeChecks(converted);
  const { documentedAs, description, default: defaultValue, 'x-rule': rules } = jsonSchema;
  if (documentedAs) {
    for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
    Object.assign(jsonSchema, documentedAs);
    if (description) jsonSchema.description = description;
    if (defaultValue !== undefined) jsonSchema.default = defaultValue;
    if (rules) jsonSchema['x-rule'] = rules;
  }
  if (jsonSchema.type === 'integer') jsonSchema.format ??= isSmall(jsonSchema) ? 'int32' : 'int64';
  const discriminator = discriminatorOf(zodSchema);
  if (discriminator && jsonSchema.oneOf)
    jsonSchema.discriminator = showDiscriminator(discriminator, jsonSchema.oneOf as { $ref?: string }[]);
  // An open object omits `additionalProperties`, so that `unevaluatedProperties` of a derived schema can close it.
  if (JSON.stringify(jsonSchema.additionalProperties) === '{}') delete jsonSchema.additionalProperties;
  if (formats.has(jsonSchema.format as string)) delete jsonSchema.pattern;
}

/** Names the schema for each value of the tag. A schema without a name is left out. */
function showDiscriminator({ name, values }: { name: string; values: string[][] }, refs: { $ref?: string }[]): Json {
  const pairs = values.flatMap((tags, i) => tags.map((tag) => [tag, refs[i]?.$ref] as const));
  return { propertyName: name, mapping: Object.fromEntries(pairs.filter(([, ref]) => ref)) };
}

const isSmall = ({ minimum, maximum }: Json): boolean =>
  Math.abs(minimum as number) < 2 ** 31 && Math.abs(maximum as number) < 2 ** 31;

/** Returns a copy in which `change` is applied to every reference, also in the mapping of a discriminator. */
function mapRefs(value: unknown, change: (ref: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapRefs(item, change));
  if (typeof value !== 'object' || value === null) return value;
  const copy: Json = {};
  const isDiscriminator = 'propertyName' in value && 'mapping' in value;
  for (const [key, member] of Object.entries(value)) {
    const isRef = key === '$ref' && typeof member === 'string';
    if (isDiscriminator && key === 'mapping') copy[key] = mapValues(member as Record<string, string>, change);
    else copy[key] = isRef ? change(member) : mapRefs(member, change);
  }
  return copy;
}

const mapValues = (refs: Record<string, string>, change: (ref: string) => string): Json =>
  Object.fromEntries(Object.entries(refs).map(([key, ref]) => [key, change(ref)]));
