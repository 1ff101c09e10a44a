import { meansNoConnection } from '../../internals/pg-messages';

/** Explanations by the engine's error code, for the operator who ran the command. The first pattern that matches is used. */
const explanations: [RegExp, string][] = [
  [/^(08|57P0)/, 'The database cannot be reached'],
  [/^28/, 'The database rejects the user name or the password'],
  [/^3D000$/, 'There is no database with this name'],
  [/^42501$/, 'The database role does not have this permission'],
  [/^53100$|^SQLITE_FULL/, 'The disk of the database is full'],
  [/^53/, 'The database has no free connection'],
  [/^25006$|^SQLITE_READONLY/, 'The database is read-only'],
  [/^(55P03|40|57014|25P03)|^SQLITE_(BUSY|LOCKED)/, 'Another transaction locks the database for too long'],
  [/^SQLITE_NOTADB/, 'The file is not an SQLite database'],
  [/^SQLITE_CORRUPT|^XX00[12]/, 'The database is damaged; restore a backup'],
  [/^SQLITE_(CANTOPEN|IOERR|PERM|AUTH)|^58/, 'The files of the database cannot be read or written'],
  [/^23|^SQLITE_CONSTRAINT/, 'The database rejected a row that violates a constraint'],
  // Any other code of PostgreSQL (five characters with a digit) or of SQLite.
  [/^(?=.*\d)[0-9A-Z]{5}$|^SQLITE_/, 'The database rejected a statement'],
];

interface DriverError {
  code?: string;
  message?: string;
  driverError?: DriverError;
}

/** An explanation of a driver's error; null for any other error. */
export function explainDriverError(error: unknown): string | null {
  const { code = '', message = '' } = (error as DriverError).driverError ?? (error as DriverError);
  const [, explanation] = explanations.find(([codes]) => codes.test(code)) ?? [];
  if (explanation) return `${explanation} (${code})`;
  return meansNoConnection(message) ? 'The database cannot be reached' : null;
}
