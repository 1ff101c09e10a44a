import { requireOwnDatabase } from '../../../src/platform/database/schema/foreign-database';
import { emptyDatabaseUrl } from '../../support/database-url';
import { djangoDatabaseUrl, fill } from '../../support/django-database';

const at = (url: string, changes: Partial<URL>): string => Object.assign(new URL(url), changes).href;

it('is not one whose tables an extension brought, as PostGIS does', async () => {
  const url = await emptyDatabaseUrl();
  await fill(url, [
    'CREATE TABLE spatial_ref_sys (srid integer PRIMARY KEY)',
    'ALTER EXTENSION plpgsql ADD TABLE spatial_ref_sys',
  ]);
  await expect(requireOwnDatabase(url)).resolves.toBeUndefined();
});

it('is one where the schemas of the role hold its tables, and no other', async () => {
  const url = await djangoDatabaseUrl(['CREATE SCHEMA school']);
  await requireOwnDatabase(at(url, { search: '?options=-csearch_path%3Dschool' }));
  await expect(requireOwnDatabase(at(url, { search: '?options=-csearch_path%3Dschool,public' }))).rejects.toThrow(
    /another program/,
  );
});

it('is told apart from one that is not there, or out of reach', async () => {
  const url = await emptyDatabaseUrl();
  const missing = at(url, { pathname: '/nowhere_at_all' });
  await expect(requireOwnDatabase(missing)).rejects.toThrow(
    /\/nowhere_at_all: There is no database with this name \(3D000\)$/,
  );
  await requireOwnDatabase(missing, { mayBeMissing: true });
  await expect(requireOwnDatabase(at(url, { port: '1' }))).rejects.toThrow(/: \S+:1: connection refused$/);
});
