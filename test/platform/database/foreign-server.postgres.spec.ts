import { requireOurs } from '../../../src/platform/database/schema/foreign-database';
import { emptyDatabaseUrl } from '../../support/database-url';
import { djangoDatabaseUrl, execute } from '../../support/django-database';

const at = (url: string, changes: Partial<URL>): string => Object.assign(new URL(url), changes).href;

it('is not one whose tables an extension brought, as PostGIS does', async () => {
  const url = await emptyDatabaseUrl();
  await execute(url, [
    'CREATE TABLE spatial_ref_sys (srid integer PRIMARY KEY)',
    'ALTER EXTENSION plpgsql ADD TABLE spatial_ref_sys',
  ]);
  await expect(requireOurs(url)).resolves.toBeUndefined();
});

it('is one where the schemas of the role hold its tables, and no other', async () => {
  const url = await djangoDatabaseUrl(['CREATE SCHEMA school']);
  await requireOurs(at(url, { search: '?options=-csearch_path%3Dschool' }));
  await expect(requireOurs(at(url, { search: '?options=-csearch_path%3Dschool,public' }))).rejects.toThrow(
    /another program/,
  );
});

it('is told apart from one that is not there, or out of reach', async () => {
  const url = await emptyDatabaseUrl();
  const missing = at(url, { pathname: '/nowhere_at_all' });
  await expect(requireOurs(missing)).rejects.toThrow(/\/nowhere_at_all: There is no database of this name \(3D000\)$/);
  await requireOurs(missing, { mayBeMissing: true });
  await expect(requireOurs(at(url, { port: '1' }))).rejects.toThrow(/: \S+:1: connection refused$/);
});
