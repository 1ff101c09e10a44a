import { explainSystemError } from '../../errors/system-errors';
import { explainDriverError } from '../statements/driver-errors';
import { tablesOfServer } from '../postgres/postgres-table-names';
import { tablesOfFile } from '../sqlite/sqlite-table-names';

/** The message has two lines: which tables were found, and how to move a school into an empty database. */
export class ForeignDatabase extends Error {
  override name = 'ForeignDatabase';

  constructor(place: string, tables: readonly string[]) {
    const some = tables.slice(0, 3).join(', ');
    const tableNames = tables.length > 3 ? `${some} and ${tables.length - 3} more` : some;
    super(
      `${place} holds the tables of another program (${tableNames}). Nothing was written there.\n` +
        'Set DATABASE_URL to an empty database. To move a Django school, run `manage.py dumpdata -o school.json` there and `loaddata school.json` here.',
    );
  }
}

/** Nothing was written. The message names the database and the reason. */
export class DatabaseUnreachable extends Error {
  override name = 'DatabaseUnreachable';

  constructor(place: string, reason: string, cause: unknown) {
    super(`${place}: ${reason}`, { cause });
  }
}

/**
 * Called before the first write. The application may use a database that is empty, or that has its table of migrations but not
 * Django's. Both are there if an earlier version of this program wrote its tables next to Django's.
 * @throws ForeignDatabase, DatabaseUnreachable
 */
export async function requireOwnDatabase(url: string, { mayBeMissing = false } = {}): Promise<void> {
  const tables = await tablesAt(url, mayBeMissing);
  const isOwn = tables.length === 0 || tables.includes('platform_migration');
  if (!isOwn || tables.includes('django_migrations')) throw new ForeignDatabase(placeOf(url), foreignTables(tables));
}

/** Django's table of migrations comes first, because it tells an operator the most. */
const foreignTables = (tables: readonly string[]): string[] =>
  tables
    .filter((name) => !name.startsWith('platform_'))
    .sort((one, other) => Number(other === 'django_migrations') - Number(one === 'django_migrations'));

async function tablesAt(url: string, mayBeMissing: boolean): Promise<string[]> {
  try {
    return url.startsWith('sqlite:') ? tablesOfFile(url.slice('sqlite:'.length)) : await tablesOfServer(url);
  } catch (error) {
    if (mayBeMissing && (error as { code?: string }).code === '3D000') return [];
    throw new DatabaseUnreachable(
      placeOf(url),
      explainDriverError(error) ?? explainSystemError(error) ?? (error as Error).message,
      error,
    );
  }
}

/** The URL as it may be shown: without the user's name and password. */
function placeOf(url: string): string {
  if (url.startsWith('sqlite:') || !URL.canParse(url)) return url.replace(/^sqlite:/, '');
  const { host, pathname } = new URL(url);
  return `${host || 'the server'}${pathname}`;
}
