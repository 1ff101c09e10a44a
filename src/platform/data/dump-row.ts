import type { ColumnInfo } from '../database/tables';
import type { Fields } from './data-rules';
import { parseExactly, writeFloat } from './exact-json';
import type { Field, Model } from './models';
import { isNamed } from './staging';

export interface DumpStyle {
  /** Only what the other system knows, in its words. */
  foreignOnly: boolean;
  /** References by name, where there is one. */
  naturalForeign: boolean;
  /** Records without a number, where they have a name. */
  naturalPrimary: boolean;
}

type Row = Record<string, unknown>;
type Write = (value: unknown) => unknown;

const writes: Record<ColumnInfo['kind'], Write> = {
  int: Number,
  float: (value) => writeFloat(Number(value)),
  char: (value) => value,
  text: (value) => value,
  bool: (value) => value === true || value === 1,
  instant: writeInstant,
  date: (value) => value,
  json: (value) => parseExactly(value as string),
};

/** To the millisecond, without a fraction of zero: `2026-03-01T12:00:00Z`. */
function writeInstant(value: unknown): string {
  const iso = value instanceof Date ? value.toISOString() : `${(value as string).replace(' ', 'T')}Z`;
  return iso.endsWith('.000Z') ? `${iso.slice(0, 19)}Z` : iso;
}

/** The rows of a model with what its references are called, in the order of their numbers. */
export function selectOf(model: Model, style: DumpStyle): string {
  const columns = [...(model.pk ? [model.pk] : []), ...fieldsOf(model, style).map(({ column }) => column.name)];
  const isJson = new Set(model.fields.filter(({ column }) => column.kind === 'json').map(({ column }) => column.name));
  const list = columns.map((name) => (isJson.has(name) ? `CAST(t."${name}" AS text) AS "${name}"` : `t."${name}"`));
  const joins = namedFields(model, style).map(({ column, to }, at) => {
    list.push(`n${at}."${to?.naturalKey}" AS "${column.name}__key"`);
    return `LEFT JOIN ${to?.table.name} n${at} ON n${at}.id = t."${column.name}"`;
  });
  const { type, id } = model.foreign?.relatedObject ?? { type: '', id: '' };
  const related = relatedModels(model, style).map((to, at) => {
    list.push(`o${at}."${to.naturalKey}" AS "${id}__key"`);
    return `LEFT JOIN ${to.table.name} o${at} ON o${at}.id = t."${id}" AND t."${type}" = '${to.label}'`;
  });
  const where = style.foreignOnly && model.foreign?.releasedWhere ? `WHERE ${model.foreign.releasedWhere}` : '';
  const order = model.table.key.map((name) => `t."${name}"`).join(', ');
  return `SELECT ${list.join(', ')} FROM ${model.table.name} t ${[...joins, ...related].join(' ')} ${where} ORDER BY ${order}`;
}

export const fieldsOf = ({ fields }: Model, { foreignOnly }: DumpStyle): Field[] =>
  foreignOnly ? fields.filter(({ ours }) => !ours) : fields;

const namedFields = (model: Model, style: DumpStyle): Field[] =>
  style.naturalForeign ? fieldsOf(model, style).filter(isNamed) : [];

/** Objects of any kind are named only in our own files: the other system has a number there. */
function relatedModels(model: Model, { foreignOnly, naturalPrimary }: DumpStyle): Model[] {
  if (!model.foreign?.relatedObject || foreignOnly || !naturalPrimary) return [];
  const named = model.fields.find(isNamed)?.to;
  return named ? [named] : [];
}

/** A row as the fields of a record. */
export function fieldsFrom(model: Model, style: DumpStyle, row: Row): Fields {
  const fields: Fields = {};
  const named = new Set(namedFields(model, style));
  for (const field of fieldsOf(model, style)) fields[field.name] = valueOf(field, row, named.has(field));
  const related = model.foreign?.relatedObject;
  if (related) relate(fields, related, row, style);
  return fields;
}

function valueOf(field: Field, row: Row, isNamedHere: boolean): unknown {
  const { column } = field;
  const value = row[column.name];
  if (value === null || value === undefined) return null;
  return isNamedHere ? [row[`${column.name}__key`]] : writes[column.kind](value);
}

/** A kind of object is written by its name, which is the same in every database. */
function relate(fields: Fields, { type, id }: { type: string; id: string }, row: Row, style: DumpStyle): void {
  const kind = fields[type];
  if (style.foreignOnly && typeof kind === 'string') fields[type] = kind.split('.');
  if (row[`${id}__key`]) fields[id] = [row[`${id}__key`]];
}
