import { explainSystemError } from '../../errors/system-errors';
import { driverWords } from '../statements/driver-words';
import { tablesOfServer } from '../postgres/postgres-look';
import { tablesOfFile } from '../sqlite/sqlite-look';

/** Two lines: what is there, and how a school comes over. */
export class ForeignDatabase extends Error {
  override name = 'ForeignDatabase';

  constructor(place: string, tables: readonly string[]) {
    const some = tables.slice(0, 3).join(', ');
    const what = tables.length > 3 ? `${some} and ${tables.length - 3} more` : some;
    super(
      `${place} holds the tables of another program (${what}): nothing was written there.\n` +
        'Give DATABASE_URL a database that is empty; a school of Django moves in with its file: `manage.py dumpdata -o school.json` there, `loaddata school.json` here.',
    );
  }
}

/** Before anything was written: the words say which database, and why. */
export class DatabaseOutOfReach extends Error {
  override name = 'DatabaseOutOfReach';

  constructor(place: string, why: string, cause: unknown) {
    super(`${place}: ${why}`, { cause });
  }
}

/**
 * Looks before the first write. A database without tables will be ours; one with tables is, if our list of migrations is
 * among them and Django's is not: an earlier version wrote ours beside theirs.
 * @throws ForeignDatabase, DatabaseOutOfReach
 */
export async function requireOurs(url: string, { mayBeMissing = false } = {}): Promise<void> {
  const tables = await tablesAt(url, mayBeMissing);
  const isOurs = tables.length === 0 || tables.includes('platform_migration');
  if (!isOurs || tables.includes('django_migrations')) throw new ForeignDatabase(placeOf(url), theirsFirst(tables));
}

const theirsFirst = (tables: readonly string[]): string[] =>
  tables
    .filter((name) => !name.startsWith('platform_'))
    .sort((one, other) => Number(other === 'django_migrations') - Number(one === 'django_migrations'));

async function tablesAt(url: string, mayBeMissing: boolean): Promise<string[]> {
  try {
    return url.startsWith('sqlite:') ? tablesOfFile(url.slice('sqlite:'.length)) : await tablesOfServer(url);
  } catch (error) {
    if (mayBeMissing && (error as { code?: string }).code === '3D000') return [];
    throw new DatabaseOutOfReach(
      placeOf(url),
      driverWords(error) ?? explainSystemError(error) ?? (error as Error).message,
      error,
    );
  }
}

/** Without the name and the password in it. */
function placeOf(url: string): string {
  if (url.startsWith('sqlite:') || !URL.canParse(url)) return url.replace(/^sqlite:/, '');
  const { host, pathname } = new URL(url);
  return `${host || 'the server'}${pathname}`;
}
