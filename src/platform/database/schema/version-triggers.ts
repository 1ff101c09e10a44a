import type { QueryRunner } from 'typeorm';
import { isPostgres } from './schema';

/*
 * Functions for migrations. They let the database change a version in the transaction of every change of a table, whoever makes the
 * change: a route, a job, an import, an extension or an operator with psql (decision 0038).
 */

/** Each topic has this many versions, so that changes of different objects rarely wait for the same row. */
export const versionShards = 64;
/** A random number below 2 to the power of 52, so that the sum of 2,048 versions fits in 64 bits. */
const postgresVersionSql = 'floor(random() * 4503599627370496)::int8';
const sqliteVersionSql = 'abs(random() % 4503599627370496)';

/** Which changes of a table change the version of which object. */
interface VersionTrigger {
  table: string;
  topic: string;
  /** The column with the id of the object. */
  idColumn: string;
  /** Only an UPDATE that names one of these columns counts, and neither an INSERT nor a DELETE. Without a list, every change counts. */
  updateOf?: readonly string[];
}

/** Adds the triggers to a table. */
export async function addVersionTrigger(runner: QueryRunner, trigger: VersionTrigger): Promise<void> {
  for (const sql of isPostgres(runner) ? postgresSql(trigger) : sqliteSql(trigger)) await runner.query(sql);
}

/**
 * Gives a version to each object that exists already. An object without a version counts as 0, so without this, two databases could
 * have the same version for different objects.
 */
export async function addFirstVersions(runner: QueryRunner, { table, topic }: VersionTrigger): Promise<void> {
  const versionSql = isPostgres(runner) ? postgresVersionSql : sqliteVersionSql;
  await runner.query(`INSERT INTO platform_contentversion (topic, shard, version)
    SELECT '${topic}', shard, ${versionSql} FROM (SELECT DISTINCT id % ${versionShards} AS shard FROM ${table}) AS used`);
}

export async function dropVersionTrigger(runner: QueryRunner, { table, updateOf }: VersionTrigger): Promise<void> {
  if (isPostgres(runner)) await runner.query(`DROP FUNCTION ${table}_version() CASCADE`);
  else for (const event of eventsOf(updateOf)) await runner.query(`DROP TRIGGER ${table}_version_${event}`);
}

const eventsOf = (updateOf: VersionTrigger['updateOf']): readonly string[] =>
  updateOf ? ['update'] : ['insert', 'update', 'delete'];

const columnsSql = (updateOf: VersionTrigger['updateOf']): string => (updateOf ? `OF ${updateOf.join(', ')}` : '');

const changeSql = (topic: string, id: string, versionSql: string): string =>
  `INSERT INTO platform_contentversion (topic, shard, version) VALUES ('${topic}', ${id} % ${versionShards}, ${versionSql})
   ON CONFLICT (topic, shard) DO UPDATE SET version = excluded.version;`;

function sqliteSql({ table, topic, idColumn, updateOf }: VersionTrigger): string[] {
  const trigger = (event: string, when: string, ...rows: string[]): string =>
    `CREATE TRIGGER ${table}_version_${event} AFTER ${when} ON ${table} BEGIN
     ${rows.map((row) => changeSql(topic, `${row}.${idColumn}`, sqliteVersionSql)).join('\n')} END`;
  const update = trigger('update', `UPDATE ${columnsSql(updateOf)}`, 'OLD', 'NEW');
  return updateOf ? [update] : [trigger('insert', 'INSERT', 'NEW'), update, trigger('delete', 'DELETE', 'OLD')];
}

/** Once in a transaction is enough, and every further UPDATE of the row would have to skip all its older versions. */
const ifUnchangedSql = (topic: string, id: string): string =>
  `NOT EXISTS (SELECT FROM platform_contentversion WHERE topic = '${topic}' AND shard = ${id} % ${versionShards}
     AND xmin = pg_current_xact_id()::xid)`;

/** The search path is stored with the function, because a tool that restores rows may have set an empty one. */
function postgresSql({ table, topic, idColumn, updateOf }: VersionTrigger): string[] {
  const change = (row: string): string => {
    const id = `${row}.${idColumn}`;
    return `IF ${ifUnchangedSql(topic, id)} THEN ${changeSql(topic, id, postgresVersionSql)} END IF;`;
  };
  const trigger = (name: string, when: string, each: 'ROW' | 'STATEMENT'): string =>
    `CREATE TRIGGER ${table}_version_${name} AFTER ${when} ON ${table} FOR EACH ${each} EXECUTE FUNCTION ${table}_version()`;
  return [
    `CREATE FUNCTION ${table}_version() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN
       IF TG_OP = 'TRUNCATE' THEN
         UPDATE platform_contentversion SET version = ${postgresVersionSql} WHERE topic = '${topic}';
         RETURN NULL;
       END IF;
       IF TG_OP <> 'INSERT' THEN ${change('OLD')} END IF;
       IF TG_OP = 'INSERT' OR NEW.${idColumn} <> OLD.${idColumn} THEN ${change('NEW')} END IF;
       RETURN NULL;
     END $$`,
    trigger('change', updateOf ? `UPDATE ${columnsSql(updateOf)}` : 'INSERT OR UPDATE OR DELETE', 'ROW'),
    trigger('truncate', 'TRUNCATE', 'STATEMENT'),
  ];
}
