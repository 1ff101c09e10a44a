import type { ColumnInfo, TableInfo } from '../database/table-info';
import type { ForeignModel, ManyToMany } from './data-rules';

export interface Field {
  name: string;
  column: ColumnInfo;
  /** True if only this application has the field, and the other system (Django) does not. */
  ours: boolean;
  /** The model that the field refers to. */
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

/** The models of all tables that are not excluded. Each model comes after the models that it refers to. */
export function modelsOf(
  tables: readonly TableInfo[],
  foreign: readonly ForeignModel[],
  isExcluded: (table: string) => boolean,
  naturalKeys: ReadonlyMap<string, string> = new Map(),
): Model[] {
  const manyToManyTables = new Set(foreign.flatMap((model) => (model.manyToMany ?? []).map(({ table }) => table)));
  const modelTables = tables.filter(({ name }) => !manyToManyTables.has(name) && !isExcluded(name));
  const models = modelTables.map((table) => modelOf(table, foreign, naturalKeys));
  const byTable = new Map(models.map((model) => [model.table.name, model]));
  for (const { fields } of models)
    for (const field of fields) {
      const referenced = field.column.references && byTable.get(field.column.references);
      if (referenced) field.to = referenced;
    }
  return sortByReferences(models);
}

function modelOf(
  table: TableInfo,
  foreignModels: readonly ForeignModel[],
  naturalKeys: ReadonlyMap<string, string>,
): Model {
  const foreign = foreignModels.find((model) => model.table === table.name);
  const label = foreign?.label ?? labelOf(table.name);
  const foreignFields = foreign?.fields ?? [];
  const isGeneratedKey = (column: ColumnInfo): boolean => table.isNumbered && table.key.includes(column.name);
  const columns = table.columns.filter((column) => !isGeneratedKey(column));
  const fields = columns.map((column): Field => {
    const name = fieldName(column);
    return { name, column, ours: foreign !== undefined && !foreignFields.includes(name) };
  });
  // The fields of the other system come first, in its order.
  const positionOf = ({ name }: Field): number =>
    foreignFields.includes(name) ? foreignFields.indexOf(name) : foreignFields.length;
  return {
    label,
    table,
    fields: fields.sort((left, right) => positionOf(left) - positionOf(right)),
    pk: table.isNumbered ? (table.key[0] as string) : null,
    naturalKey: naturalKeys.get(label) ?? foreign?.naturalKey ?? null,
    manyToMany: foreign?.manyToMany ?? [],
    ...(foreign ? { foreign } : {}),
  };
}

/** Sorts the models so that each comes after those that it refers to. In a cycle of references this is not possible for all of them. */
function sortByReferences(models: readonly Model[]): Model[] {
  const sorted = new Set<Model>();
  const visited = new Set<Model>();
  const visit = (model: Model): void => {
    if (visited.has(model)) return;
    visited.add(model);
    for (const { to } of model.fields) if (to) visit(to);
    sorted.add(model);
  };
  models.forEach(visit);
  return [...sorted];
}
