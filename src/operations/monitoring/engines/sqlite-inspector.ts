import { stat } from 'node:fs/promises';
import { bool, int, nullable, text } from '../../../platform/database/columns';
import type { Database } from '../../../platform/database/database';
import type { ObjectSize } from '../../../platform/database/statements/diagnostics';
import { Inspector, type ConnectionReport, type ForeignKeyInfo, type IndexInfo, type LockPair } from '../inspector';
import type { StatementPlan, TableScan, StorageReport, TableInfo } from '../inspector';
import { findIndexes, findScans } from './sqlite-plans';
import { sqliteRepairs } from './sqlite-repairs';

const sizesCacheMs = 600_000;
/** The control character between the columns of a list, because a column name may contain a comma. */
const listSeparator = '\u001f';
/** Matches the condition of a partial index in its definition. */
const indexCondition = /\bWHERE\b([\s\S]*)$/i;
const notNullCondition = /^"?\w+"? IS NOT NULL$/i;
/** Tables without a rowid. Their rows cannot be estimated. */
const withoutRowid = /^CREATE VIRTUAL|WITHOUT ROWID/i;

const schemaVersionSql = 'SELECT schema_version AS version FROM pragma_schema_version';
const columnsSql = `SELECT m.name AS "table", c.name AS column FROM sqlite_master m JOIN pragma_table_info(m.name) c
  WHERE m.type = 'table'`;

/** Reads figures from the pragmas of SQLite and from dbstat. */
export class SqliteInspector extends Inspector {
  readonly repairs = sqliteRepairs;
  readonly countsIndexScans = false;
  private knownColumns: { version: number; columns: Map<string, Set<string>> } | undefined;
  private cachedSizes: { readAtMs: number; sizes: Promise<ObjectSize[]> } | undefined;

  constructor(private readonly database: Database) {
    super();
  }

  async version(): Promise<string> {
    const row = await this.database.row({ version: text }, 'SELECT sqlite_version() AS version');
    return `SQLite ${row!.version}`;
  }

  async connections(): Promise<ConnectionReport> {
    const pool = this.database.dialect.diagnostics.connectionUsage();
    const writerCount = pool.idle < pool.total ? 1 : 0;
    const states = [
      { state: 'writing', count: writerCount },
      { state: 'idle', count: pool.idle },
    ];
    return { limit: null, used: null, states, sessions: [], pool };
  }

  async indexes(): Promise<IndexInfo[]> {
    const sizes = await this.listSizes();
    const bytesByName = new Map(sizes.map((size) => [size.name, size.bytes]));
    const rows = await this.database.rows(
      { name: text, table: text, isUnique: bool, origin: text, definition: text, columns: text, key: text },
      `SELECT i.name, m.name AS "table", i."unique" AS "isUnique", i.origin, coalesce(d.sql, '') AS definition,
         group_concat(coalesce(x.name, '(expression)'), char(31)) AS columns,
         group_concat(coalesce(x.name, '(expression)') || ' ' || x."desc" || ' ' || x.coll, char(31)) AS key
       FROM sqlite_master m JOIN pragma_index_list(m.name) i JOIN pragma_index_xinfo(i.name) x
       LEFT JOIN sqlite_master d ON d.type = 'index' AND d.name = i.name
       WHERE m.type = 'table' AND x.key = 1 GROUP BY 1, 2, 3, 4, 5 ORDER BY 2, 1`,
    );
    return rows.map(({ origin, columns, key, ...index }) => ({
      ...index,
      isConstraint: origin !== 'c',
      isValid: true,
      scans: 0,
      bytes: bytesByName.get(index.name) ?? null,
      columns: columns.split(listSeparator),
      key: key.split(listSeparator),
      condition: indexCondition.exec(index.definition)?.[1]?.trim() ?? '',
    }));
  }

  async foreignKeysWithoutIndex(): Promise<ForeignKeyInfo[]> {
    const rows = await this.database.rows(
      { id: int, table: text, referenced: text, columns: text },
      `SELECT f.id, m.name AS "table", f."table" AS referenced, group_concat(f."from", char(31)) AS columns
       FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
         AND NOT EXISTS (SELECT 1 FROM pragma_table_info(m.name) p WHERE p.pk = 1 AND p.name = f."from") GROUP BY 1, 2, 3 ORDER BY 2, 1`,
    );
    const indexes = await this.indexes();
    const keysWithoutIndex: ForeignKeyInfo[] = [];
    for (const { table, referenced, columns: columnList } of rows) {
      const columns = columnList.split(listSeparator);
      const hasIndex = indexes.some((index) => index.table === table && canServe(index, columns));
      if (!hasIndex) keysWithoutIndex.push({ name: `${table} (${columns.join(', ')})`, table, referenced, columns });
    }
    return keysWithoutIndex;
  }

  async storage(): Promise<StorageReport> {
    const file = await this.describeFile();
    const freeBytes = await this.database.dialect.diagnostics.freeBytes();
    return {
      totalBytes: file.pages * file.pageBytes + file.logBytes,
      freeBytes,
      file,
      tables: await this.listTables(),
    };
  }

  lockPairs(): Promise<LockPair[]> {
    return Promise.resolve([]);
  }

  deadlocks(): Promise<null> {
    return Promise.resolve(null);
  }

  serverStatements(): Promise<null> {
    return Promise.resolve(null);
  }

  async scansOf(plans: readonly StatementPlan[]): Promise<TableScan[][]> {
    const columnsByTable = await this.listColumns();
    return plans.map(({ sql, plan }) => findScans(sql, plan, columnsByTable));
  }

  indexesUsedBy(plan: string): string[] {
    return findIndexes(plan);
  }

  /** Lists the columns of every table. They are read again only when the schema has changed. */
  private async listColumns(): Promise<Map<string, Set<string>>> {
    const { version } = (await this.database.row({ version: int }, schemaVersionSql))!;
    if (this.knownColumns?.version === version) return this.knownColumns.columns;
    const rows = await this.database.rows({ table: text, column: text }, columnsSql);
    const columnsByTable = new Map<string, Set<string>>();
    for (const { table, column } of rows) {
      const tableColumns = columnsByTable.get(table) ?? new Set<string>();
      columnsByTable.set(table, tableColumns.add(column));
    }
    this.knownColumns = { version, columns: columnsByTable };
    return columnsByTable;
  }

  private async describeFile(): Promise<NonNullable<StorageReport['file']>> {
    const row = await this.database.row(
      { pages: int, pageBytes: int, freePages: int, path: nullable(text) },
      `SELECT (SELECT page_count FROM pragma_page_count) AS pages, (SELECT page_size FROM pragma_page_size) AS "pageBytes",
         (SELECT freelist_count FROM pragma_freelist_count) AS "freePages",
         (SELECT file FROM pragma_database_list WHERE name = 'main') AS path`,
    );
    const { path, ...pageFigures } = row!;
    const log = await stat(`${path}-wal`).catch(() => null);
    return { ...pageFigures, logBytes: log?.size ?? 0 };
  }

  private async listTables(): Promise<TableInfo[]> {
    const sizes = await this.listSizes();
    const definitions = await this.database.rows(
      { name: text, definition: text },
      "SELECT name, coalesce(sql, '') AS definition FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    );
    const tableNames = definitions.filter(({ definition }) => !withoutRowid.test(definition)).map(({ name }) => name);
    const rowCounts = await this.estimateRows(tableNames);
    const tables = tableNames.map((name) => ({
      name,
      rows: rowCounts.get(name) ?? 0,
      bytes: sumBytes(sizes, name, false),
      indexBytes: sumBytes(sizes, name, true),
      deadRows: null,
      vacuumedAt: null,
      activity: null,
    }));
    return tables.sort((left, right) => right.bytes + right.indexBytes - left.bytes - left.indexBytes);
  }

  /** Reads the largest rowid of each table as an estimate of its rows, because count(*) would read the whole table. */
  private async estimateRows(tables: readonly string[]): Promise<Map<string, number>> {
    if (tables.length === 0) return new Map();
    const selects = tables.map(
      (table) => `SELECT '${table}' AS name, (SELECT coalesce(max(rowid), 0) AS rows FROM "${table}") AS rows`,
    );
    const estimates = await this.database.rows({ name: text, rows: int }, selects.join(' UNION ALL '));
    return new Map(estimates.map(({ name, rows }) => [name, rows]));
  }

  /** Lists the sizes of tables and indexes. They are cached, because measuring reads the whole file. */
  private listSizes(): Promise<ObjectSize[]> {
    if (!this.cachedSizes || Date.now() - this.cachedSizes.readAtMs > sizesCacheMs) {
      const sizes = this.database.dialect.diagnostics.sizes().then(
        (measured) => measured ?? [],
        () => [],
      );
      this.cachedSizes = { readAtMs: Date.now(), sizes };
    }
    return this.cachedSizes.sizes;
  }
}

/** Adds up the bytes of a table, or of all indexes of the table. */
function sumBytes(sizes: readonly ObjectSize[], table: string, isIndex: boolean): number {
  let bytes = 0;
  for (const size of sizes) if (size.table === table && size.isIndex === isIndex) bytes += size.bytes;
  return bytes;
}

/** Whether the index begins with the columns of a foreign key in any order, and holds all rows that refer to another row. */
function canServe(index: IndexInfo, keyColumns: readonly string[]): boolean {
  const firstColumns = new Set(index.columns.slice(0, keyColumns.length));
  const hasAllReferences = index.condition === '' || notNullCondition.test(index.condition);
  return hasAllReferences && keyColumns.every((column) => firstColumns.has(column));
}
