/** By the code of an engine: what whoever gave the command can do about it. The first that fits. */
const words: [RegExp, string][] = [
  [/^(08|57P0)/, 'The database cannot be reached'],
  [/^28/, 'The database refuses the name or the password'],
  [/^3D000$/, 'There is no database of this name'],
  [/^42501$/, 'The database does not permit this to the role'],
  [/^53100$|^SQLITE_FULL/, 'The disk of the database is full'],
  [/^53/, 'The database has no connection left to give'],
  [/^25006$|^SQLITE_READONLY/, 'The database can only be read'],
  [/^(55P03|40|57014|25P03)|^SQLITE_(BUSY|LOCKED)/, 'Somebody else holds the database for too long'],
  [/^SQLITE_NOTADB/, 'The file is no database'],
  [/^SQLITE_CORRUPT|^XX00[12]/, 'The database is damaged: restore a backup'],
  [/^SQLITE_(CANTOPEN|IOERR|PERM|AUTH)|^58/, 'The files of the database cannot be read or written'],
  [/^23|^SQLITE_CONSTRAINT/, 'The database refused a row that breaks its rules'],
  [/^(?=.*\d)[0-9A-Z]{5}$|^SQLITE_/, 'The database refused a statement'],
];

/** Messages of the driver that come without a code. */
const unreached = /timeout exceeded when trying to connect|Connection terminated|is not queryable|Query read timeout/i;

interface DriverError {
  code?: string;
  message?: string;
  driverError?: DriverError;
}

/** An error of a driver in plain words; null for any other error. */
export function driverWords(error: unknown): string | null {
  const { code = '', message = '' } = (error as DriverError).driverError ?? (error as DriverError);
  const [, found] = words.find(([codes]) => codes.test(code)) ?? [];
  if (found) return `${found} (${code})`;
  return unreached.test(message) ? 'The database cannot be reached' : null;
}
