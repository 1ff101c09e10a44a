import { freshDatabaseUrl } from '../../support/database-url';
import { School } from '../../support/school';

/** The server of the tests has no TLS. It looks like one behind somebody who has removed it. */
const withTls = (url: string): string => `${url}${url.includes('?') ? '&' : '?'}sslmode=verify-full`;

test.each([
  ['DATABASE_URL', (url: string) => ({ url: withTls(url), environment: { DATABASE_DIRECT_URL: url } })],
  ['DATABASE_DIRECT_URL', (url: string) => ({ url, environment: { DATABASE_DIRECT_URL: withTls(url) } })],
])('with sslmode=verify-full in %s the school does not start without TLS', async (_, optionsOf) => {
  await expect(School.open(optionsOf(await freshDatabaseUrl()))).rejects.toThrow(/SSL/);
});
