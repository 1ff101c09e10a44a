import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { violationsOf, rules } from './migration-rules';

const folder = path.join(__dirname, '../../migrations');
const files = readdirSync(folder).filter((file) => file !== 'index.ts');

it.each(files)('migration %s breaks no rule for migrations', (file) => {
  expect(violationsOf(readFileSync(path.join(folder, file), 'utf8'))).toEqual([]);
});

const migration = (up: string, more = '', down = 'await dropTables(runner, tables);'): string => `
const tables = [table('fresh', { id: id() })];
export class Planted implements MigrationInterface {
  ${more}
  async up(runner: QueryRunner): Promise<void> {
    ${up}
  }

  async down(runner: QueryRunner): Promise<void> {
    ${down}
  }
}`;

const violations: Record<string, string[]> = {
  'reversible or explained': [migration('', '', '// nothing to do')],
  'no changed column': [
    migration("await runner.changeColumn('users_user', 'bio', wider);"),
    migration('await runner.query(`ALTER TABLE users_user ALTER COLUMN bio TYPE varchar(9)`);'),
  ],
  'no index that blocks writes': [
    migration("await runner.createIndex('users_user', one);"),
    migration('await runner.query(`CREATE UNIQUE INDEX one ON users_user (bio)`);'),
  ],
  'no constraint that blocks reads and writes': [
    migration("await runner.createForeignKey('users_user', one);"),
    migration('await runner.query(`ALTER TABLE users_user ADD CONSTRAINT one CHECK (bio <> 1)`);'),
  ],
  'no update of a whole table at once': [migration("await runner.query(`UPDATE users_user SET bio = ''`);")],
  'no transaction around helpers with their own transactions': [
    migration("await addIndex(runner, 'users_user', one);"),
  ],
};

it('every rule for migrations has an example here that breaks it', () =>
  expect(Object.keys(violations)).toEqual(Object.keys(rules)));

it.each(Object.entries(violations))('a migration that breaks the rule "%s" is reported', (rule, texts) => {
  for (const text of texts) expect(violationsOf(text)).toEqual([expect.stringMatching(new RegExp(`^${rule}: `))]);
});

it.each([
  ['an index on a table that it creates', migration('await runner.query(`CREATE INDEX one ON fresh (id)`);')],
  ['helpers outside a transaction', migration("await addIndex(runner, 'users_user', one);", 'transaction = false;')],
  [
    'an update in batches',
    migration(
      'await changeInBatches(runner, (limit) => `UPDATE users_user SET bio = 1 LIMIT ${limit}`);',
      'transaction = false;',
    ),
  ],
  ['a reason for having no way back', migration('', "irreversible = 'the plain passwords cannot be restored';", '')],
])('the rules allow a migration with %s', (_, text) => expect(violationsOf(text)).toEqual([]));
