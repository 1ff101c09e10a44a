import { DataSource, EntitySchema } from 'typeorm';
import { adaptTypes } from '../../../src/platform/internals/typeorm-column-types';
import type { BetterSqlite3Driver } from '../../../src/platform/internals/typeorm-drivers';

const painting = {
  id: 1,
  cents: 12,
  hungAt: new Date('2026-01-02T03:04:05.678Z'),
  colours: { sky: ['blue'] },
  width: 0.5,
};
const schema = new EntitySchema<typeof painting>({
  name: 'painting',
  columns: {
    id: { type: 'int8', primary: true },
    cents: { type: 'int8' },
    hungAt: { type: 'timestamptz', precision: 3 },
    colours: { type: 'jsonb' },
    width: { type: 'float8' },
  },
});

let dataSource: DataSource;
beforeAll(async () => {
  dataSource = new DataSource({ type: 'better-sqlite3', database: ':memory:', entities: [schema], synchronize: true });
  adaptTypes(dataSource.driver as BetterSqlite3Driver);
  await dataSource.initialize();
  await dataSource.getRepository(schema).insert(painting);
});
afterAll(() => dataSource.destroy());

it('TypeORM asks normalizeType of its SQLite driver for the type of each column', async () => {
  const columns: { name: string; type: string }[] = await dataSource.query('PRAGMA table_info(painting)');
  expect(Object.fromEntries(columns.map(({ name, type }) => [name, type]))).toEqual({
    id: 'INTEGER',
    cents: 'INTEGER',
    hungAt: 'datetime(3)',
    colours: 'TEXT',
    width: 'REAL',
  });
});

it('TypeORM asks preparePersistentValue of its SQLite driver for each value it writes', async () => {
  // TypeORM converts a Date in any case. Of a text it needs the type.
  const hungAt = '2026-01-02T05:04:05.678+02:00' as unknown as Date;
  await dataSource.getRepository(schema).insert({ ...painting, id: 2, hungAt });
  expect(await dataSource.query('SELECT cents, hungAt, width FROM painting WHERE id = 2')).toEqual([
    { cents: 12, hungAt: '2026-01-02 03:04:05.678', width: 0.5 },
  ]);
});

it('TypeORM asks wrapWithJsonFunction of its SQLite driver how it writes JSON', async () => {
  expect(await dataSource.query('SELECT colours FROM painting WHERE id = 1')).toEqual([
    { colours: '{"sky":["blue"]}' },
  ]);
});

it('TypeORM asks prepareHydratedValue of its SQLite driver for each value it reads', async () => {
  expect(await dataSource.getRepository(schema).findOneBy({ id: 1 })).toEqual(painting);
});
