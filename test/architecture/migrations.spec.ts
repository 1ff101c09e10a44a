import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { faultsOf, rules } from './migration-rules';

const folder = path.join(__dirname, '../../migrations');
const files = readdirSync(folder).filter((file) => file !== 'index.ts');

it.each(files)('%s does nothing that stops a school', (file) => {
  expect(faultsOf(readFileSync(path.join(folder, file), 'utf8'))).toEqual([]);
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

const planted: Record<string, string[]> = {
  'reversible, or says why not': [migration('', '', '// nothing to do')],
  'no changed column': [
    migration("await runner.changeColumn('users_user', 'bio', wider);"),
    migration('await runner.query(`ALTER TABLE users_user ALTER COLUMN bio TYPE varchar(9)`);'),
  ],
  'no index that stops writers': [
    migration("await runner.createIndex('users_user', one);"),
    migration('await runner.query(`CREATE UNIQUE INDEX one ON users_user (bio)`);'),
  ],
  'no constraint that stops everybody': [
    migration("await runner.createForeignKey('users_user', one);"),
    migration('await runner.query(`ALTER TABLE users_user ADD CONSTRAINT one CHECK (bio <> 1)`);'),
  ],
  'no rows rewritten at once': [migration("await runner.query(`UPDATE users_user SET bio = ''`);")],
  'no transaction around words that take their own': [migration("await addIndex(runner, 'users_user', one);")],
};

it('has a planted violation for every rule', () => expect(Object.keys(planted)).toEqual(Object.keys(rules)));

it.each(Object.entries(planted))('fires: %s', (rule, texts) => {
  for (const text of texts) expect(faultsOf(text)).toEqual([expect.stringMatching(new RegExp(`^${rule}: `))]);
});

it.each([
  ['an index on a table of its own', migration('await runner.query(`CREATE INDEX one ON fresh (id)`);')],
  ['words outside a transaction', migration("await addIndex(runner, 'users_user', one);", 'transaction = false;')],
  [
    'rows in batches',
    migration(
      'await inBatches(runner, (limit) => `UPDATE users_user SET bio = 1 LIMIT ${limit}`);',
      'transaction = false;',
    ),
  ],
  ['a reason', migration('', "irreversible = 'the plain passwords are gone for good';", '')],
])('allows %s', (_, text) => expect(faultsOf(text)).toEqual([]));
