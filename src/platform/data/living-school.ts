import { int } from '../database/columns';
import type { Database } from '../database/database';
import { DataRefused } from './findings';
import type { Model } from './models';

/**
 * The numbers of a file are given to its rows, so a school must be empty to be loaded: otherwise person 5 of the file would
 * become person 5 of the school. @throws DataRefused
 */
export async function refuseLivingSchool(database: Database, models: readonly Model[]): Promise<void> {
  const found: string[] = [];
  for (const { label, table } of models.filter(({ foreign }) => foreign)) {
    const rows = (await database.row({ n: int }, `SELECT count(*) AS n FROM ${table.name}`))?.n ?? 0;
    if (rows > 0) found.push(`${rows} ${label}`);
  }
  if (found.length === 0) return;
  throw new DataRefused(`Nothing was changed: a school lives in this database (${found.join(', ')})`, [
    { reason: 'load into an empty database, empty this one with `flush`, or add to it what is not there with --merge' },
  ]);
}
