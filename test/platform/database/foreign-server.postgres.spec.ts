import { requireOwnDatabase } from '../../../src/platform/database/schema/foreign-database';
import { emptyDatabaseUrl } from '../../support/database-url';
import { djangoDatabaseUrl, execute } from '../../support/django-database';

const at = (url: string, changes: Partial<URL>): string => Object.assign(new URL(url), changes).href;

it('a database with only tables of an extension, such as PostGIS, is not refused', async () => {
  const url = await emptyDatabaseUrl();
  await execute(url, [
    'CREATE TABLE spatial_ref_sys (srid integer PRIMARY KEY)',
    'ALTER EXTENSION plpgsql ADD TABLE spatial_ref_sys',
  ]);
  await expect(requireOwnDatabase(url)).resolves.toBeUndefined();
});

it('a database is refused only for tables in the schemas of the role’s search path', async () => {
  const url = await djangoDatabaseUrl(['CREATE SCHEMA school']);
  await requireOwnDatabase(at(url, { search: '?options=-csearch_path%3Dschool' }));
  await expect(requireOwnDatabase(at(url, { search: '?options=-csearch_path%3Dschool,public' }))).rejects.toThrow(
    /another program/,
  );
});

it('the error distinguishes a foreign database from one that is missing or unreachable', async () => {
  const url = await emptyDatabaseUrl();
  const missing = at(url, { pathname: '/nowhere_at_all' });
  await expect(requireOwnDatabase(missing)).rejects.toThrow(
    /\/nowhere_at_all: There is no database with this name \(3D000\)$/,
  );
  await requireOwnDatabase(missing, { mayBeMissing: true });
  await expect(requireOwnDatabase(at(url, { port: '1' }))).rejects.toThrow(/: \S+:1: connection refused$/);
});
