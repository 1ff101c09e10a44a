import type { DataSource, EntityMetadata } from 'typeorm';

/** The name of the violated unique constraint. SQLite's error has only its columns, so the name is looked up in the entities. */
export function violatedUnique(dataSource: DataSource, error: { code?: string; message?: string }): string | null {
  if (!/^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID)$/.test(error.code ?? '')) return null;
  const message = error.message ?? '';
  const index = /index '([^']+)'/.exec(message);
  if (index) return index[1] as string;
  const columns = [...message.matchAll(/(\w+)\.(\w+)/g)];
  const table = columns[0]?.[1];
  const names = columns.map((column) => column[2] as string).sort();
  const metadata = dataSource.entityMetadatas.find((entity) => entity.tableName === table);
  return (metadata && findUniqueName(metadata, names)) ?? '';
}

function findUniqueName(metadata: EntityMetadata, names: string[]): string | undefined {
  const uniques = [...metadata.uniques, ...metadata.indices.filter((index) => index.isUnique)];
  return uniques.find((unique) => {
    const own = unique.columns.map((column) => column.databaseName).sort();
    return own.join() === names.join();
  })?.name;
}
