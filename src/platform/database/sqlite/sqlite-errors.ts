import type { DataSource, EntityMetadata } from 'typeorm';

/** SQLite names the columns of a broken unique constraint, not the constraint: the entities know its name. */
export function brokenUnique(dataSource: DataSource, error: { code?: string; message?: string }): string | null {
  if (!/^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID)$/.test(error.code ?? '')) return null;
  const message = error.message ?? '';
  const index = /index '([^']+)'/.exec(message);
  if (index) return index[1] as string;
  const columns = [...message.matchAll(/(\w+)\.(\w+)/g)];
  const table = columns[0]?.[1];
  const names = columns.map((column) => column[2] as string).sort();
  const metadata = dataSource.entityMetadatas.find((entity) => entity.tableName === table);
  return (metadata && uniqueOver(metadata, names)) ?? '';
}

function uniqueOver(metadata: EntityMetadata, names: string[]): string | undefined {
  const uniques = [...metadata.uniques, ...metadata.indices.filter((index) => index.isUnique)];
  return uniques.find((unique) => {
    const own = unique.columns.map((column) => column.databaseName).sort();
    return own.join() === names.join();
  })?.name;
}
