import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { isPostgres } from '../src/platform/database/schema/schema';
import { addIndex, dropIndex } from '../src/platform/database/schema/schema-changes';

const index = new TableIndex({ name: 'users_user_words', columnNames: ['username'] });

/** The text of `matches` in postgres-dialect.ts. PostgreSQL uses the index only for the same text. */
const wordsSql = `to_tsvector('simple', translate(username || ' ' || first_name || ' ' || last_name || ' ' || email, '@.-_+/', '      '))`;

const columns = ['username', 'first_name', 'last_name', 'email'];
const namesSql = columns.join(', ');
const valuesOf = (row: 'OLD' | 'NEW'): string => columns.map((column) => `${row}.${column}`).join(', ');
const removeSql = `INSERT INTO users_user_search (users_user_search, rowid, ${namesSql})
  VALUES ('delete', OLD.id, ${valuesOf('OLD')});`;
const addSql = `INSERT INTO users_user_search (rowid, ${namesSql}) VALUES (NEW.id, ${valuesOf('NEW')});`;

/** Each statement can be run again, because this migration has no transaction. The last one reads the names of existing people. */
const sqliteWords = [
  `CREATE VIRTUAL TABLE IF NOT EXISTS users_user_search USING fts5(
     ${namesSql}, content='users_user', content_rowid='id', tokenize='unicode61 remove_diacritics 0')`,
  `CREATE TRIGGER IF NOT EXISTS users_user_search_insert AFTER INSERT ON users_user BEGIN ${addSql} END`,
  `CREATE TRIGGER IF NOT EXISTS users_user_search_delete AFTER DELETE ON users_user BEGIN ${removeSql} END`,
  `CREATE TRIGGER IF NOT EXISTS users_user_search_update AFTER UPDATE OF ${namesSql} ON users_user
   BEGIN ${removeSql} ${addSql} END`,
  `INSERT INTO users_user_search (users_user_search) VALUES ('rebuild')`,
];

/** Administrators search people by name, username and address. */
export class PeopleSearch1764000008510 implements MigrationInterface {
  name = 'PeopleSearch1764000008510';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    if (isPostgres(runner)) return addIndex(runner, 'users_user', index, wordsSql, 'gin');
    for (const statement of sqliteWords) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (isPostgres(runner)) return dropIndex(runner, index);
    for (const trigger of ['insert', 'delete', 'update'])
      await runner.query(`DROP TRIGGER IF EXISTS users_user_search_${trigger}`);
    await runner.query('DROP TABLE IF EXISTS users_user_search');
  }
}
