/** Turns the schemas of an OpenAPI 3.1 document into TypeScript. Each function returns source text. */

export const nameOf = ($ref) => $ref.split('/').pop();

/** One declaration for each schema of the document: an interface for an object, a type alias for everything else. */
export function declareSchemas(schemas) {
  return Object.entries(schemas).map(([name, schema]) => {
    const comment = commentOf([schema.description]);
    if (isPlainObject(schema)) return `${comment}export interface ${name} ${membersOf(schema)}\n`;
    const base = baseOf(schema);
    if (base)
      return `${comment}export interface ${name} extends ${base} ${membersOf(requireOf(schema, schemas[base]))}\n`;
    return `${comment}export type ${name} = ${typeOf(schema)};\n`;
  });
}

/** The TypeScript type of a schema. */
export function typeOf(schema) {
  if (schema === true || schema === undefined) return 'unknown';
  if (schema === false) return 'never';
  if (schema.$ref) return nameOf(schema.$ref);
  if ('const' in schema) return literal(schema.const);
  if (schema.enum) return union(schema.enum.map(literal));
  const parts = [...ownType(schema), ...(schema.allOf ?? []).map(typeOf), ...alternativesOf(schema)];
  return parts.length === 0 ? 'unknown' : parts.map((part) => (parts.length > 1 ? grouped(part) : part)).join(' & ');
}

/** The type that `type`, `properties` and `items` of the schema describe; empty if they describe none. */
function ownType(schema) {
  const types = [schema.type ?? (schema.properties ? 'object' : [])].flat();
  return types.length === 0 ? [] : [union(types.map((type) => typeOfKind(type, schema)))];
}

function typeOfKind(type, schema) {
  if (type === 'object') return objectOf(schema);
  if (type === 'array') return arrayOf(schema);
  return (
    { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' }[type] ?? fail(type)
  );
}

function arrayOf({ items, prefixItems }) {
  if (prefixItems) return `[${prefixItems.map(typeOf).join(', ')}]`;
  return `${grouped(typeOf(items))}[]`;
}

function objectOf(schema) {
  const { properties, additionalProperties: rest, patternProperties } = schema;
  const others = typeof rest === 'object' ? rest : Object.values(patternProperties ?? {})[0];
  if (!properties) return rest === false && !others ? 'Record<string, never>' : `Record<string, ${typeOf(others)}>`;
  return others ? `${membersOf(schema)} & Record<string, ${typeOf(others)}>` : membersOf(schema);
}

/** A member of `oneOf` or `anyOf` that only restricts other members, such as `{ required: ['userIds'] }`, has no type of its own. */
function alternativesOf({ oneOf, anyOf }) {
  return [oneOf, anyOf].filter(Boolean).flatMap((members) => {
    const typed = members.filter((member) => typeOf(member) !== 'unknown');
    return typed.length === members.length ? [union(members.map(typeOf))] : [];
  });
}

function membersOf({ properties = {}, required = [] }) {
  const lines = Object.entries(properties).map(([name, schema]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    return `${commentOf([schema.description])}${key}${required.includes(name) ? '' : '?'}: ${typeOf(schema)};`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n').replaceAll(/^/gm, '  ')}\n}`;
}

const isPlainObject = ({ type, properties, additionalProperties: rest, allOf, oneOf, anyOf }) =>
  type === 'object' && properties && typeof rest !== 'object' && !allOf && !oneOf && !anyOf;

/** The one schema that this schema extends. The types of its own properties are required, as in a problem with its code. */
function baseOf({ allOf, properties, oneOf, anyOf }) {
  return properties && allOf?.length === 1 && allOf[0].$ref && !oneOf && !anyOf ? nameOf(allOf[0].$ref) : undefined;
}

/** A property that the base requires stays required when a schema that extends the base narrows it. */
const requireOf = ({ properties, required = [] }, base) => ({
  properties,
  required: [...required, ...(base.required ?? [])],
});

const literal = (value) =>
  typeof value === 'string' ? `'${value.replaceAll(/['\\]/g, String.raw`\$&`)}'` : String(value);
const union = (types) => [...new Set(types)].join(' | ');
const grouped = (type) => (/[|&]/.test(type.replaceAll(/\{[^]*\}|<.*>|'[^']*'/g, '')) ? `(${type})` : type);

/** A JSDoc comment of these texts, with its line break; empty without a text. */
export function commentOf(texts) {
  const lines = texts.filter(Boolean).join('\n\n').replaceAll('*/', '* /').split('\n');
  if (lines.length === 1) return lines[0] ? `/** ${lines[0]} */\n` : '';
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`;
}

function fail(type) {
  throw new Error(`The generator does not know the schema type ${type}`);
}
