import { CallScope, inScope } from '../../../src/platform/database/scope/call-scope';
import { int } from '../../../src/platform/database/columns';
import type { Finding } from '../../../src/platform/findings/finding';
import { QueryStatistics } from '../../../src/operations/monitoring/queries/query-statistics';
import { School, type Client } from '../../support/school';

let school: School;
let admin: Client;
beforeEach(async () => {
  // With this setting nearly every statement counts as slow.
  school = await School.open({ environment: { SLOW_QUERY_MS: '1' } });
  admin = await school.admin();
});
afterEach(() => school.close());

const slowSql = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) SELECT count(*) AS id FROM n`;
const sendSlowStatements = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index++)
    await inScope(new CallScope('request', 'GET /canvas', 'c'.repeat(32)), () =>
      school.database.rows({ id: int }, slowSql),
    );
};
const setObservedMinutes = (minutes: number): void =>
  void Object.assign(school.part(QueryStatistics), { since: new Date(Date.now() - minutes * 60_000) });
const slowQueryFindings = async (): Promise<Finding[]> => {
  const { findings } = (await admin.get('/operations/database')).body as { findings: Finding[] };
  return findings.filter(({ kind, subject }) => kind === 'slow-query' && subject === 'GET /canvas');
};

it('reports no findings right after the start, even if statements are slow', async () => {
  await sendSlowStatements(4);
  await school.visitor.get('/courses');
  await school.job('platform:sample-database');
  expect((await admin.get('/operations/database')).body.findings).toEqual([]);
});

it('reports a statement that was slow three times once ten minutes were observed', async () => {
  await sendSlowStatements(3);
  expect(await slowQueryFindings()).toEqual([]);
  setObservedMinutes(11);
  expect(await slowQueryFindings()).toHaveLength(1);
});

it('does not report a statement that was slow only twice', async () => {
  setObservedMinutes(11);
  await sendSlowStatements(2);
  expect(await slowQueryFindings()).toEqual([]);
});

it('reports no unused index within the first week', async () => {
  await school.job('platform:sample-database');
  setObservedMinutes(6 * 1_440);
  const unused = async (): Promise<Finding[]> =>
    ((await admin.get('/operations/database/indexes')).body.findings as Finding[]).filter(
      ({ kind }) => kind === 'unused-index',
    );
  expect(await unused()).toEqual([]);
});

it('omits statements of the monitoring itself from the list, and marks them when own=show lists them', async () => {
  await school.job('platform:sample-database');
  for (const view of ['', '/indexes', '/storage', '/connections', '/locks'])
    await admin.get(`/operations/database${view}`);
  type Listed = { own: boolean; routes: { route: string }[] };
  const list = async (own: string): Promise<Listed[]> =>
    (await admin.get(`/operations/database/queries?limit=100${own}`)).body.statements as Listed[];
  const isMonitoring = ({ routes }: Listed): boolean =>
    routes.every(({ route }) => /operations|platform:sample/.test(route));
  expect((await list('')).filter(isMonitoring)).toEqual([]);
  const shown = (await list('&own=show')).filter(isMonitoring);
  expect(shown.length).toBeGreaterThan(5);
  expect(shown.every(({ own }) => own)).toBe(true);
});
