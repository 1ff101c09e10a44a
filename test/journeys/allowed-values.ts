import fc from 'fast-check';
import type { Schema } from './routes';

type Schemas = Record<string, Schema>;
type Values = fc.Arbitrary<unknown>;

interface ObjectSchema extends Schema {
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  maxProperties?: number;
}

const alternatives = (schema: Schema): Schema[] | undefined => (schema.oneOf ?? schema.anyOf) as Schema[] | undefined;
/** Parts such as `{ required: ['role'] }` only restrict an object. They are left to the validator, which drops the values that they forbid. */
const isRestriction = (schema: Schema): boolean => !schema.type && !schema.$ref && !('const' in schema);

/** Generates values for schemas of the document. A value may still break a rule between members, so validate it. */
export class AllowedValues {
  private readonly known = new Map<string, Values>();

  constructor(private readonly schemas: Schemas) {}

  of(schema: Schema): Values {
    if (schema.$ref) return this.named(schema.$ref.split('/').at(-1)!);
    if ('const' in schema) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const options = alternatives(schema);
    if (options && !options.every(isRestriction)) return fc.oneof(...options.map((option) => this.of(option)));
    return this.ofType(schema);
  }

  private named(name: string): Values {
    const known = this.known.get(name);
    if (known) return known;
    const values = this.of(this.schemas[name]!);
    this.known.set(name, values);
    return values;
  }

  private ofType(schema: Schema): Values {
    const byType: Record<string, () => Values> = {
      object: () => this.object(schema),
      array: () => this.array(schema),
      string: () => text(schema),
      integer: () => integer(schema),
      number: () => fc.double({ ...boundsOf(schema), noNaN: true, noDefaultInfinity: true }),
      boolean: () => fc.boolean(),
      null: () => fc.constant(null),
    };
    return (byType[schema.type ?? ''] ?? (() => fc.jsonValue({ maxDepth: 1 })))();
  }

  private object({ properties = {}, required = [], ...schema }: ObjectSchema): Values {
    const members = Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, this.of(member)]));
    const record = fc.record(members, { requiredKeys: required.filter((name) => name in members) });
    const further = schema.additionalProperties;
    if (typeof further !== 'object') return record;
    const names = schema.propertyNames ? text(schema.propertyNames) : fc.string({ minLength: 1, maxLength: 8 });
    return fc.dictionary(names as fc.Arbitrary<string>, this.of(further), {
      maxKeys: Math.min(schema.maxProperties ?? 3, 3),
    });
  }

  private array({ items, minItems = 0, maxItems = 5, uniqueItems }: Schema): Values {
    const limits = { minLength: minItems as number, maxLength: Math.min(maxItems as number, (minItems as number) + 4) };
    const values = this.of(items as Schema);
    return uniqueItems ? fc.uniqueArray(values, limits) : fc.array(values, limits);
  }
}

const boundsOf = ({ minimum, maximum }: Schema) => ({
  ...(minimum === undefined ? {} : { min: minimum as number }),
  ...(maximum === undefined ? {} : { max: maximum as number }),
});

/** Small numbers are frequent, because they are ids of rows that exist. */
function integer(schema: Schema): Values {
  const { min = -1_000, max = 1_000 } = boundsOf(schema);
  const small = fc.integer({ min, max: Math.min(max, Math.max(min, 0) + 30) });
  return fc.oneof({ weight: 4, arbitrary: small }, fc.integer({ min, max }));
}

function text(schema: Schema): Values {
  const { minLength = 0, maxLength = 60, format, pattern } = schema;
  if (format === 'date-time')
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((at) => at.toISOString());
  const limits = {
    minLength: minLength as number,
    maxLength: Math.min(maxLength, (minLength as number) + 40),
  };
  const anyText = fc.string({ ...limits, unit: 'grapheme' });
  if (typeof pattern !== 'string') return anyText;
  const regex = new RegExp(pattern, 'u');
  try {
    return fc.stringMatching(regex);
  } catch {
    // fast-check cannot generate for an assertion such as (?!…).
    return fc.stringMatching(/^\/?[a-z]{1,8}\d?$/).filter((value) => regex.test(value));
  }
}
