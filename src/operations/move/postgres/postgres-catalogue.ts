import type { ClientBase } from 'pg';
import { migrationsTable, type TableDescription } from '../table-pairing';

/** Condition for tables of the current schema that do not belong to a server extension. */
const ownTablesSql = `c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')`;

const columnsSql = `
  SELECT json_agg(json_build_object('name', a.attname, 'type', t.typname, 'nullable', NOT a.attnotnull,
    'length', CASE WHEN t.typname = 'varchar' AND a.atttypmod > 4 THEN a.atttypmod - 4 END,
    'generated', a.attgenerated <> '') ORDER BY a.attnum)
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;

const primaryKeySql = `
  SELECT json_agg(a.attname ORDER BY k.place)
  FROM pg_index i, unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
  JOIN pg_attribute a ON a.attnum = k.attnum
  WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid`;

const sequenceSql = `
  SELECT json_build_object('name', s.oid::regclass::text, 'column', a.attname)
  FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
  WHERE d.refobjid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') LIMIT 1`;

/** Columns with a unique index over `lower(column)`. */
const caselessSql = `
  SELECT json_agg(DISTINCT a.attname)
  FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
  WHERE i.indrelid = c.oid AND i.indisunique AND i.indexprs IS NOT NULL
    AND replace(pg_get_indexdef(i.indexrelid), '"', '') ~ ('lower\\(\\(?' || a.attname || '\\)')`;

const foreignKeysSql = `
  SELECT json_agg(json_build_object('name', f.conname, 'parent', p.relname,
    'columns', (SELECT json_agg(a.attname ORDER BY k.place) FROM unnest(f.conkey) WITH ORDINALITY AS k (attnum, place)
      JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum),
    'parentColumns', (SELECT json_agg(a.attname ORDER BY k.place) FROM unnest(f.confkey) WITH ORDINALITY AS k (attnum, place)
      JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.attnum)))
  FROM pg_constraint f JOIN pg_class p ON p.oid = f.confrelid
  WHERE f.conrelid = c.oid AND f.contype = 'f'`;

const hasTriggersSql = `EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)`;

/** Describes every table from the server's catalogue, so that tables of later modules are included. */
export async function describeTables(client: ClientBase): Promise<TableDescription[]> {
  const { rows } = await client.query<TableDescription>(
    `SELECT c.relname AS name, (${columnsSql}) AS columns, (${primaryKeySql}) AS key, (${sequenceSql}) AS sequence,
       (${caselessSql}) AS caseless, (${foreignKeysSql}) AS "foreignKeys", ${hasTriggersSql} AS triggered
     FROM pg_class c WHERE ${ownTablesSql} AND c.relname NOT IN ('${migrationsTable}', 'typeorm_metadata') ORDER BY c.relname`,
  );
  return rows;
}

/** The names of the migrations that ran; null if the database was never migrated. */
export async function findMigrations(client: ClientBase): Promise<string[] | null> {
  const existence = await client.query<{ found: boolean }>(
    `SELECT to_regclass('${migrationsTable}') IS NOT NULL AS found`,
  );
  if (!existence.rows[0]?.found) return null;
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${migrationsTable} ORDER BY id`);
  return rows.map(({ name }) => name);
}
