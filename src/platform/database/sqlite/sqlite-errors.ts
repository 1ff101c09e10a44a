import type { DataSource, EntityMetadata } from 'typeorm';

/**
 * Finds the name of the violated unique constraint or index. SQLite's message (`UNIQUE constraint failed: users_user.email`) has only
 * the columns, so the name is looked up in the entities.
 * @returns null for any other error
 */
export function violatedUnique(dataSource: DataSource, error: { code?: string; message?: string }): string | null {
  if (!/^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID)$/.test(error.code ?? '')) return null;
  const message = error.message ?? '';
  const expressionIndexName = /index '([^']+)'/.exec(message)?.[1];
  if (expressionIndexName) return expressionIndexName;
  const columns = [...message.matchAll(/(\w+)\.(\w+)/g)];
  const table = columns[0]?.[1];
  const columnNames = columns.map((column) => column[2] as string).sort();
  const entity = dataSource.entityMetadatas.find(({ tableName }) => tableName === table);
  return (entity && findUniqueName(entity, columnNames)) ?? '';
}

function findUniqueName(entity: EntityMetadata, columnNames: string[]): string | undefined {
  const uniques = [...entity.uniques, ...entity.indices.filter((index) => index.isUnique)];
  const violated = uniques.find(({ columns }) => {
    const uniqueColumnNames = columns.map((column) => column.databaseName).sort();
    return uniqueColumnNames.join() === columnNames.join();
  });
  return violated?.name;
}
