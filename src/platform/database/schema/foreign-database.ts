import { explainSystemError } from '../../errors/system-errors';
import { explainDriverError } from '../statements/driver-errors';
import type * as Postgres from '../postgres/postgres-table-names';
import type * as Sqlite from '../sqlite/sqlite-table-names';

/** The database has tables of another program. The message names them, and says how to move a school into an empty database. */
export class ForeignDatabase extends Error {
  override name = 'ForeignDatabase';

  constructor(place: string, tables: readonly string[]) {
    const firstNames = tables.slice(0, 3).join(', ');
    const tableNames = tables.length > 3 ? `${firstNames} and ${tables.length - 3} more` : firstNames;
    super(
      `${place} holds the tables of another program (${tableNames}). Nothing was written there.\n` +
        'Set DATABASE_URL to an empty database. To move a Django school, run `manage.py dumpdata -o school.json` there and `loaddata school.json` here.',
    );
  }
}

/** The database cannot be opened, so nothing was written. The message names the database and the reason. */
class DatabaseUnreachable extends Error {
  override name = 'DatabaseUnreachable';

  constructor(place: string, reason: string, cause: unknown) {
    super(`${place}: ${reason}`, { cause });
  }
}

/**
 * Checks before the first write that the database is empty or belongs to this application. The application's own database has its
 * table of migrations and not Django's. A database with both tables is refused, because an earlier version of this program wrote
 * its tables next to those of Django.
 * @throws ForeignDatabase, DatabaseUnreachable
 */
export async function requireOwnDatabase(url: string, { mayBeMissing = false } = {}): Promise<void> {
  const tables = await tablesAt(url, mayBeMissing);
  const hasOwnMigrations = tables.includes('platform_migration');
  const hasDjangoMigrations = tables.includes('django_migrations');
  if (tables.length === 0 || (hasOwnMigrations && !hasDjangoMigrations)) return;
  throw new ForeignDatabase(placeOf(url), foreignTables(tables));
}

/** Django's table of migrations comes first, because its name shows the operator that the database belongs to Django. */
function foreignTables(tables: readonly string[]): string[] {
  const foreign = tables.filter((name) => !name.startsWith('platform_'));
  const isDjango = (name: string): boolean => name === 'django_migrations';
  return [...foreign.filter(isDjango), ...foreign.filter((name) => !isDjango(name))];
}

/** PostgreSQL's error code "invalid catalog name": the database does not exist. */
const noSuchDatabase = '3D000';

async function tablesAt(url: string, mayBeMissing: boolean): Promise<string[]> {
  try {
    return await tableNames(url);
  } catch (error) {
    if (mayBeMissing && (error as { code?: string }).code === noSuchDatabase) return [];
    const reason = explainDriverError(error) ?? explainSystemError(error) ?? (error as Error).message;
    throw new DatabaseUnreachable(placeOf(url), reason, error);
  }
}

/** Loads only the driver of the engine in the URL. */
async function tableNames(url: string): Promise<string[]> {
  if (!url.startsWith('sqlite:'))
    return (require('../postgres/postgres-table-names') as typeof Postgres).tablesOfServer(url);
  return (require('../sqlite/sqlite-table-names') as typeof Sqlite).tablesOfFile(url.slice('sqlite:'.length));
}

/** The part of the URL that may be shown. It leaves out the user name and the password. */
function placeOf(url: string): string {
  if (url.startsWith('sqlite:') || !URL.canParse(url)) return url.replace(/^sqlite:/, '');
  const { host, pathname } = new URL(url);
  return `${host || 'the server'}${pathname}`;
}
