import { stat } from 'node:fs/promises';
import { bool, int, nullable, text } from '../../../platform/database/columns';
import type { Database } from '../../../platform/database/database';
import type { ObjectSize } from '../../../platform/database/statements/diagnostics';
import { Inspector, type ConnectionReport, type ForeignKeyInfo, type IndexInfo, type LockPair } from '../inspector';
import type { StatementPlan, TableScan, StorageReport, TableInfo } from '../inspector';
import { findIndexes, findScans } from './sqlite-plans';
import { sqliteRepairs } from './sqlite-repairs';

const sizesCacheMs = 600_000;
const rowids = 'SELECT coalesce(max(rowid), 0) AS rows FROM';

const schemaVersionSql = 'SELECT schema_version AS version FROM pragma_schema_version';
const columnsSql = `SELECT m.name AS "table", c.name AS column FROM sqlite_master m JOIN pragma_table_info(m.name) c
  WHERE m.type = 'table'`;

/** Reads figures from the pragmas of SQLite and from dbstat. */
export class SqliteInspector extends Inspector {
  readonly repairs = sqliteRepairs;
  readonly countsIndexScans = false;
  private knownColumns: { version: number; columns: Map<string, Set<string>> } | undefined;
  private sizes: { at: number; list: Promise<ObjectSize[]> } | undefined;

  constructor(private readonly database: Database) {
    super();
  }

  async version(): Promise<string> {
    return `SQLite ${(await this.database.row({ version: text }, 'SELECT sqlite_version() AS version'))!.version}`;
  }

  async connections(): Promise<ConnectionReport> {
    const pool = this.database.dialect.diagnostics.connectionUsage();
    const writing = pool.idle < pool.total ? 1 : 0;
    const states = [
      { state: 'writing', count: writing },
      { state: 'idle', count: pool.idle },
    ];
    return { limit: null, used: null, states, sessions: [], pool };
  }

  async indexes(): Promise<IndexInfo[]> {
    const sizes = new Map((await this.listSizes()).map((size) => [size.name, size.bytes]));
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
      bytes: sizes.get(index.name) ?? null,
      columns: columns.split('\u001f'),
      key: key.split('\u001f'),
      condition: /\bWHERE\b([\s\S]*)$/i.exec(index.definition)?.[1]?.trim() ?? '',
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
    return rows
      .map(({ columns, ...key }) => ({ ...key, columns: columns.split('\u001f') }))
      .filter(({ table, columns }) => !indexes.some((index) => index.table === table && canServe(index, columns)))
      .map(({ table, referenced, columns }) => ({
        name: `${table} (${columns.join(', ')})`,
        table,
        referenced,
        columns,
      }));
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

  async scansOf(planned: readonly StatementPlan[]): Promise<TableScan[][]> {
    const columns = await this.listColumns();
    return planned.map(({ sql, plan }) => findScans(sql, plan, columns));
  }

  indexesUsedBy(plan: string): string[] {
    return findIndexes(plan);
  }

  /** The columns of every table, read again only when the schema has changed. */
  private async listColumns(): Promise<Map<string, Set<string>>> {
    const { version } = (await this.database.row({ version: int }, schemaVersionSql))!;
    if (this.knownColumns?.version === version) return this.knownColumns.columns;
    const rows = await this.database.rows({ table: text, column: text }, columnsSql);
    const columns = new Map<string, Set<string>>();
    for (const { table, column } of rows) columns.set(table, (columns.get(table) ?? new Set()).add(column));
    this.knownColumns = { version, columns };
    return columns;
  }

  private async describeFile(): Promise<NonNullable<StorageReport['file']>> {
    const row = await this.database.row(
      { pages: int, pageBytes: int, freePages: int, path: nullable(text) },
      `SELECT (SELECT page_count FROM pragma_page_count) AS pages, (SELECT page_size FROM pragma_page_size) AS "pageBytes",
         (SELECT freelist_count FROM pragma_freelist_count) AS "freePages",
         (SELECT file FROM pragma_database_list WHERE name = 'main') AS path`,
    );
    const { path, ...pages } = row!;
    const log = await stat(`${path}-wal`).catch(() => null);
    return { ...pages, logBytes: log?.size ?? 0 };
  }

  private async listTables(): Promise<TableInfo[]> {
    const sizes = await this.listSizes();
    const names = await this.database.rows(
      { name: text, definition: text },
      "SELECT name, coalesce(sql, '') AS definition FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    );
    const bytesOf = (table: string, isIndex: boolean): number =>
      sizes
        .filter((size) => size.table === table && size.isIndex === isIndex)
        .reduce((sum, size) => sum + size.bytes, 0);
    const plain = names.filter(({ definition }) => !/^CREATE VIRTUAL|WITHOUT ROWID/i.test(definition));
    const rows = await this.countRowids(plain.map(({ name }) => name));
    return plain
      .map(({ name }) => ({
        name,
        rows: rows.get(name) ?? 0,
        bytes: bytesOf(name, false),
        indexBytes: bytesOf(name, true),
        deadRows: null,
        vacuumedAt: null,
        activity: null,
      }))
      .sort((one, other) => other.bytes + other.indexBytes - one.bytes - one.indexBytes);
  }

  /** The largest rowid of each table as an estimate, because count(*) would read the whole table. */
  private async countRowids(tables: string[]): Promise<Map<string, number>> {
    const sql = tables.map((table) => `SELECT '${table}' AS name, (${rowids} "${table}") AS rows`).join(' UNION ALL ');
    const rows = tables.length > 0 ? await this.database.rows({ name: text, rows: int }, sql) : [];
    return new Map(rows.map(({ name, rows: count }) => [name, count]));
  }

  private listSizes(): Promise<ObjectSize[]> {
    if (!this.sizes || Date.now() - this.sizes.at > sizesCacheMs) {
      const list = this.database.dialect.diagnostics.sizes().then(
        (sizes) => sizes ?? [],
        () => [],
      );
      this.sizes = { at: Date.now(), list };
    }
    return this.sizes.list;
  }
}

/** Whether the index begins with the columns of the key, in any order. */
function canServe(index: IndexInfo, columns: readonly string[]): boolean {
  const first = new Set(index.columns.slice(0, columns.length));
  const fits = index.condition === '' || /^"?\w+"? IS NOT NULL$/i.test(index.condition);
  return fits && columns.every((column) => first.has(column));
}
