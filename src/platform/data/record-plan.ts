import type { Cell } from '../database/bulk';
import { cellOf } from './cells';
import type { Choice } from './data-rules';
import { stageOf } from './load';
import type { Field, Model } from './models';
import { stagedColumns } from './staging';

/** A field and where its cell stands in a row, and the name of what it refers to. */
export interface PlacedField extends Field {
  at: number;
  keyAt: number;
  /** A kind of object, by name or number. */
  isKind: boolean;
}

export interface PlacedChoice extends Choice {
  name: string;
  /** As the map and the findings call it. */
  path: string;
}

/** What is known of a model's records before the first of them is read. */
export interface Plan {
  model: Model;
  stage: string;
  fields: Map<string, PlacedField>;
  choices: PlacedChoice[];
  /** A row as it stands where a record has no field: what the table takes then, or what the model says. */
  blank: Cell[];
  /** The names of those for which there is no such thing. */
  required: string[];
  /** What tells a record that came with our own fields. */
  ownNames: string[];
  pkAt: number;
  /** Float fields hold numbers like 1.0 and are no reason to read a record the slow way. */
  floats: { names: string[]; all: RegExp } | null;
  hasJson: boolean;
}

export function planOf(model: Model): Plan {
  const columns = stagedColumns(model);
  const place = (name: string): number => columns.findIndex((column) => column.name === name);
  const fields = model.fields.map((field): PlacedField => {
    const isKind = model.foreign?.relatedObject?.type === field.name;
    return { ...field, isKind, at: place(field.column.name), keyAt: place(`${field.column.name}__key`) };
  });
  const blank = columns.map((): Cell => null);
  for (const field of fields) blank[field.at] = absent(model, field) ?? null;
  const floats = model.fields.filter(({ column }) => column.kind === 'float').map(({ name }) => name);
  return {
    model,
    stage: stageOf(model.table.name),
    fields: new Map(fields.map((field) => [field.name, field])),
    choices: Object.entries(model.foreign?.choices ?? {}).map(([name, choice]) => ({
      ...choice,
      ...{ name, path: `${model.label}.${name}` },
    })),
    blank,
    required: fields.filter((field) => absent(model, field) === undefined).map(({ name }) => name),
    ownNames: model.fields.filter(({ ours }) => ours).map(({ name }) => name),
    pkAt: place(model.pk ?? ''),
    floats:
      floats.length > 0 ? { names: floats, all: new RegExp(`"(?:${floats.join('|')})": ?-?[\\d.eE+-]+`, 'g') } : null,
    hasJson: model.fields.some(({ column }) => column.kind === 'json'),
  };
}

/** What a record without the field has; undefined: it must have the field. */
function absent({ foreign }: Model, { column, name, ours }: Field): Cell | undefined {
  const given = foreign?.defaults?.[name];
  if (given !== undefined) return cellOf(given, column);
  if (column.default !== undefined) return defaultOf(column.default, column.kind);
  if (column.nullable) return null;
  if (!ours) return undefined;
  return column.kind === 'json' ? '{}' : null;
}

const defaultOf = (value: string | number | boolean, kind: Field['column']['kind']): Cell =>
  kind === 'bool' ? value === true || value === 'true' : kind === 'int' || kind === 'float' ? Number(value) : value;
