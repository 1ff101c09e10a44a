import { getMetadataArgsStorage, type ColumnOptions } from 'typeorm';
import { bool, date, float, instant, int, json, nullable, text, type Decode, type Value } from './columns';
import { kindOf, type ColumnKind } from './table-info';

type EntityClass<E> = new () => E;
type PropertyOf<E> = keyof E & string;

/** Columns of one entity, derived from its class, so that their names and types are written in the entity only. */
export interface EntityColumns<E, P extends PropertyOf<E>> {
  /** How the values of the columns are read from a row. */
  readonly shape: { readonly [K in P]: Decode<E[K]> };
  /** The same for the optional side of a LEFT JOIN, where every value may be null. */
  readonly optionalShape: { readonly [K in P]: Decode<E[K] | null> };
  /** The columns for a SELECT or RETURNING: `c.id, c.teacher_id AS "teacherId"`. Each is named like its property. */
  columns(alias?: string): string;
  readonly table: string;
  /** The names of the columns, for an INSERT: `teacher_id`. */
  readonly names: readonly string[];
  /** The values of an object, in the order of `names`. */
  valuesOf(row: Readonly<Pick<E, P>>): Value[];
  /** The same columns, except these. */
  without<Q extends P>(...properties: readonly Q[]): EntityColumns<E, Exclude<P, Q>>;
}

const decoders: Record<ColumnKind, Decode<unknown>> = {
  int,
  float,
  char: text,
  text,
  bool,
  instant,
  date,
  json,
};

/** Words of SQL that are names of columns. Both engines need them in quotes. */
const reservedWords = new Set(['order']);

interface Described {
  property: string;
  name: string;
  decode: Decode<unknown>;
}

/**
 * The columns of these properties, or of all properties. It is called once, when a file is loaded. A property without a column is
 * an error, of the compiler if the class does not have the property.
 */
export function columnsOf<E extends object, P extends PropertyOf<E> = PropertyOf<E>>(
  entity: EntityClass<E>,
  properties?: readonly P[],
): EntityColumns<E, P> {
  const table = tableNameOf(entity);
  const described = describeColumns(entity);
  if (!properties) return new Selection<E, P>(table, [...described.values()]);
  return new Selection<E, P>(
    table,
    properties.map((property) => {
      const column = described.get(property);
      if (!column) throw new Error(`${entity.name}.${property} is not a column`);
      return column;
    }),
  );
}

function tableNameOf(entity: EntityClass<unknown>): string {
  const table = getMetadataArgsStorage().tables.find(({ target }) => target === entity);
  if (!table?.name) throw new Error(`${entity.name} is not an entity with the name of a table`);
  return table.name;
}

function describeColumns(entity: EntityClass<unknown>): Map<string, Described> {
  const columns = getMetadataArgsStorage().columns.filter(({ target }) => target === entity);
  return new Map(
    columns.map(({ propertyName, options }) => [propertyName, describe(entity.name, propertyName, options)]),
  );
}

function describe(entity: string, property: string, options: ColumnOptions): Described {
  const decode = decoders[kindOf(options.type as string, `${entity}.${property}`)];
  const name = options.name ?? property;
  return { property, name, decode: options.nullable ? nullable(decode) : decode };
}

class Selection<E, P extends PropertyOf<E>> implements EntityColumns<E, P> {
  readonly shape: { readonly [K in P]: Decode<E[K]> };
  readonly optionalShape: { readonly [K in P]: Decode<E[K] | null> };
  readonly names: readonly string[];
  private readonly sqlByAlias = new Map<string, string>();

  constructor(
    readonly table: string,
    private readonly selected: readonly Described[],
  ) {
    const decoderByProperty = selected.map(({ property, decode }) => [property, decode]);
    // The decorators of entity.ts accept only properties of the type that the decoder returns.
    this.shape = Object.fromEntries(decoderByProperty) as { readonly [K in P]: Decode<E[K]> };
    const optional = selected.map(({ property, decode }) => [property, nullable(decode)]);
    this.optionalShape = Object.fromEntries(optional) as { readonly [K in P]: Decode<E[K] | null> };
    this.names = selected.map(({ name }) => quoted(name));
  }

  columns(alias = ''): string {
    const known = this.sqlByAlias.get(alias);
    if (known !== undefined) return known;
    const sql = this.selected.map((column) => selectSql(column, alias)).join(', ');
    this.sqlByAlias.set(alias, sql);
    return sql;
  }

  valuesOf(row: Readonly<Pick<E, P>>): Value[] {
    return this.selected.map(({ property }) => row[property as P] as Value);
  }

  without<Q extends P>(...properties: readonly Q[]): EntityColumns<E, Exclude<P, Q>> {
    const removed = new Set<string>(properties);
    return new Selection<E, Exclude<P, Q>>(
      this.table,
      this.selected.filter(({ property }) => !removed.has(property)),
    );
  }
}

const quoted = (name: string): string => (reservedWords.has(name) ? `"${name}"` : name);

function selectSql({ property, name }: Described, alias: string): string {
  const column = alias ? `${alias}.${quoted(name)}` : quoted(name);
  return name === property ? column : `${column} AS "${property}"`;
}
