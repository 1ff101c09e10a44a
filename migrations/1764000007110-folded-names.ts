import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { isPostgres } from '../src/platform/database/schema/schema';
import { addIndex, dropIndex } from '../src/platform/database/schema/schema-changes';

const columns = ['username', 'email'];
const indexOf = (column: string, kind: 'folded' | 'nocase'): TableIndex =>
  new TableIndex({ name: `users_user_${column}_${kind}`, columnNames: [column], isUnique: true });

/**
 * Usernames and e-mail addresses are compared without the case of A to Z, on both engines (decision 0014). Before,
 * PostgreSQL's `lower()` depended on the locale of the server: it changed İ to i, and with a Turkish locale it did not change
 * I to i.
 */
export class FoldedNames1764000007110 implements MigrationInterface {
  name = 'FoldedNames1764000007110';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const column of columns) {
      const folded = isPostgres(runner) ? `lower(${column} COLLATE "C")` : `lower(${column})`;
      await addIndex(runner, 'users_user', indexOf(column, 'folded'), folded);
      await dropIndex(runner, indexOf(column, 'nocase'));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of columns) {
      await addIndex(runner, 'users_user', indexOf(column, 'nocase'), `lower(${column})`);
      await dropIndex(runner, indexOf(column, 'folded'));
    }
  }
}
