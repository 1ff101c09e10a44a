import type { ColumnInfo, TableInfo } from '../database/table-info';
import type { ForeignModel, ManyToMany } from './data-rules';

export interface Field {
  name: string;
  column: ColumnInfo;
  /** True if the other system does not have the field. */
  ours: boolean;
  /** The model it refers to. */
  to?: Model;
}

export interface Model {
  label: string;
  table: TableInfo;
  fields: Field[];
  /** The numeric primary key of a record; null if the key consists of other columns. */
  pk: string | null;
  naturalKey: string | null;
  manyToMany: readonly ManyToMany[];
  /** The model of the other system; undefined if only this application has the table. */
  foreign?: ForeignModel;
}

/** `progress_activityday` → `progress.activityday` */
const labelOf = (table: string): string => table.replace('_', '.');
const fieldName = ({ name, references }: ColumnInfo): string => (references ? name.replace(/_id$/, '') : name);

/** The models of all tables that are not excluded, each after those that it refers to. */
export function modelsOf(
  tables: readonly TableInfo[],
  foreign: readonly ForeignModel[],
  isExcluded: (table: string) => boolean,
  naturalKeys: ReadonlyMap<string, string> = new Map(),
): Model[] {
  const manyToManyTables = new Set(foreign.flatMap((model) => (model.manyToMany ?? []).map(({ table }) => table)));
  const kept = tables.filter(({ name }) => !manyToManyTables.has(name) && !isExcluded(name));
  const models = kept.map((table) => modelOf(table, foreign, naturalKeys));
  const byTable = new Map(models.map((model) => [model.table.name, model]));
  for (const { fields } of models)
    for (const field of fields) {
      const to = field.column.references && byTable.get(field.column.references);
      if (to) field.to = to;
    }
  return sortByReferences(models);
}

function modelOf(table: TableInfo, all: readonly ForeignModel[], naturalKeys: ReadonlyMap<string, string>): Model {
  const foreign = all.find((model) => model.table === table.name);
  const label = foreign?.label ?? labelOf(table.name);
  const known = foreign?.fields ?? [];
  const columns = table.columns.filter((column) => !(table.isNumbered && table.key.includes(column.name)));
  const fields = columns.map((column): Field => {
    const name = fieldName(column);
    return { name, column, ours: foreign !== undefined && !known.includes(name) };
  });
  const rank = ({ name, ours }: Field): number => (ours || !foreign ? known.length : known.indexOf(name));
  return {
    label,
    table,
    fields: fields.sort((one, other) => rank(one) - rank(other)),
    pk: table.isNumbered ? (table.key[0] as string) : null,
    naturalKey: naturalKeys.get(label) ?? foreign?.naturalKey ?? null,
    manyToMany: foreign?.manyToMany ?? [],
    ...(foreign ? { foreign } : {}),
  };
}

/** Sorts depth first along the references. In a cycle of references the order is that of the first visit. */
function sortByReferences(models: readonly Model[]): Model[] {
  const ordered = new Set<Model>();
  const visited = new Set<Model>();
  const visit = (model: Model): void => {
    if (visited.has(model)) return;
    visited.add(model);
    for (const { to } of model.fields) if (to) visit(to);
    ordered.add(model);
  };
  models.forEach(visit);
  return [...ordered];
}
