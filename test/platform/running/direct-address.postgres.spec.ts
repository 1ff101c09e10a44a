import { emptyDatabaseUrl } from '../../support/database-url';
import { School } from '../../support/school';

const nowhere = (url: string): string => Object.assign(new URL(url), { port: '1' }).href;

it('migrations use DATABASE_DIRECT_URL, because session settings through a pooler would reach other clients', async () => {
  const url = await emptyDatabaseUrl();
  const open = (directUrl: string): Promise<School> =>
    School.open({ url, environment: { DATABASE_DIRECT_URL: directUrl } });
  await expect(open(nowhere(url))).rejects.toThrow(/connection refused/);
  const school = await open(url);
  expect((await school.visitor.get('//health/ready')).status).toBe(200);
  await school.close();
});
