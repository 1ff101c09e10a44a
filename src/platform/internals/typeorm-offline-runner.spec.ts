import { DataSource, Table, TableCheck, TableForeignKey, TableIndex, type QueryRunner } from 'typeorm';
import { takeOffline } from './typeorm-offline-runner';

const table = new Table({
  name: 'painting',
  columns: [
    { name: 'id', type: 'int8', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
    { name: 'artist_id', type: 'int8' },
  ],
  checks: [new TableCheck({ name: 'painting_signed', expression: 'artist_id > 0' })],
  indices: [new TableIndex({ name: 'painting_artist', columnNames: ['artist_id'] })],
  foreignKeys: [
    new TableForeignKey({
      name: 'painting_by',
      columnNames: ['artist_id'],
      referencedTableName: 'artist',
      referencedColumnNames: ['id'],
    }),
  ],
});

/** A query runner without a server, and the statements that it would have sent. */
function offline(): { runner: QueryRunner; statements: string[] } {
  const statements: string[] = [];
  const runner = new DataSource({ type: 'postgres' }).createQueryRunner();
  takeOffline(runner, true, (sql) => statements.push(sql));
  return { runner, statements };
}

it('TypeORM creates a PostgreSQL table only by calls of query, and reads nothing from the server', async () => {
  const { runner, statements } = offline();
  await runner.createTable(table);
  expect(statements).toEqual([
    expect.stringMatching(/^CREATE TABLE "painting" \("id" BIGSERIAL NOT NULL, .*"painting_by" FOREIGN KEY/),
    expect.stringMatching(/^CREATE INDEX "painting_artist" ON "painting"/),
  ]);
});

it('TypeORM looks for a PostgreSQL table by the names of the schema and the database, and finds no table if there are no rows', async () => {
  const { runner, statements } = offline();
  expect(await runner.getTable('painting')).toBeUndefined();
  expect(statements).toEqual(
    expect.arrayContaining(['SELECT * FROM current_schema()', 'SELECT * FROM current_database()']),
  );
});

it('a query runner of TypeORM treats isTransactionActive as its state when it is set from outside', () => {
  expect(offline().runner.isTransactionActive).toBe(true);
});
