import { Controller, Get, Module } from '@nestjs/common';
import { z } from 'zod';
import { Public } from '../../../src/platform/auth/public';
import { CallScope, inScope } from '../../../src/platform/database/scope/call-scope';
import { int } from '../../../src/platform/database/columns';
import { Database } from '../../../src/platform/database/database';
import { RetryTransaction } from '../../../src/platform/database/retry-transaction';
import { Route } from '../../../src/platform/http/route';
import { Incidents } from '../../../src/operations/monitoring/incidents';
import { QueryStatistics } from '../../../src/operations/monitoring/queries/query-statistics';
import { School, type Client } from '../../support/school';

const Count = z.strictObject({ count: z.int() }).meta({ id: 'PaintCount', examples: [{ count: 5 }] });

@Public()
@Controller('paint')
class PaintController {
  constructor(private readonly database: Database) {}

  @Get('one-by-one')
  @Route({ summary: 'Read pots one by one', response: Count, tag: 'Paint' })
  async oneByOne() {
    for (let id = 1; id <= 6; id++) await this.pot(id);
    return { count: 6 };
  }

  @Get('tried-again')
  @Route({ summary: 'Retry a transaction four times', response: Count, tag: 'Paint' })
  async triedAgain() {
    let tries = 0;
    return this.database.transaction(async () => {
      await this.pot(1);
      if (++tries < 5) throw new RetryTransaction(null);
      return { count: tries };
    });
  }

  private pot = (id: number) =>
    this.database.rows({ id: int }, 'SELECT id FROM platform_job_run pot WHERE id = $1', [id]);
}

@Module({ controllers: [PaintController] })
class PaintModule {}

let school: School;
let admin: Client;
beforeAll(async () => {
  const extensions = [{ module: PaintModule, tags: { Paint: 'Pots.' } }];
  school = await School.open({ extensions, environment: { SLOW_QUERY_MS: '1' } });
  admin = await school.admin();
});
afterAll(() => school.close());

const queries = async (sort = 'calls') =>
  (await admin.get(`/operations/database/queries?sort=${sort}&limit=100`)).body.statements as any[];

it('counts statements by route, with quantiles and rows', async () => {
  for (let at = 0; at < 3; at++) await school.visitor.get('/courses');
  const catalogue = (await queries()).find((each) => each.routes.some((of: any) => of.route === 'GET /api/v1/courses'));
  const own = catalogue.routes.find((of: any) => of.route === 'GET /api/v1/courses');
  expect(own.calls).toBe(3);
  expect(own.p50Ms).toBeGreaterThan(0);
  expect(own.p95Ms).toBeGreaterThanOrEqual(own.p50Ms);
  expect(own.longestMs).toBeGreaterThanOrEqual(own.p99Ms);
  expect(catalogue.statement).toContain('platform_contentversion');
});

it('counts rows read and rows changed', async () => {
  const scope = new CallScope('job', 'test:rows');
  await inScope(scope, async () => {
    await school.database.rows({ n: int }, 'SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3');
    await school.database.transaction(() =>
      school.database.run("UPDATE users_user SET bio = 'x' WHERE id = $1", [admin.id]),
    );
  });
  const rows = (await queries())
    .flatMap((each) => each.routes.map((of: any) => ({ ...of, statement: each.statement })))
    .filter(({ route }) => route === 'test:rows');
  expect(rows.find(({ statement }) => statement.startsWith('SELECT'))).toMatchObject({ calls: 1, rows: 3 });
  expect(rows.find(({ statement }) => statement.startsWith('UPDATE'))).toMatchObject({ calls: 1, rows: 1 });
});

it('does not show values in statements', async () => {
  await inScope(new CallScope('job', 'test:secret'), () =>
    school.database.rows({ n: int }, "SELECT 1 AS n WHERE 'a secret word' <> '' AND 424242 > 0"),
  );
  expect(JSON.stringify(await queries())).not.toMatch(/a secret word|424242/);
});

describe('a statement repeated in one request', () => {
  it('fails the test that sends the same statement six times in one request, and reports a finding with one statement for all', async () => {
    await expect(school.visitor.get('/paint/one-by-one')).rejects.toThrow(/sent a statement 6 times \(N\+1\)/);
    const { findings } = (await admin.get('/operations/database')).body;
    expect(findings).toContainEqual(
      expect.objectContaining({
        kind: 'repeated-statement',
        subject: 'GET /api/v1/paint/one-by-one',
        mend: 'SELECT id FROM platform_job_run pot WHERE id IN ($1, $2, …);',
      }),
    );
  });

  it('does not report statements that were repeated because a transaction was retried', async () => {
    expect((await school.visitor.get('/paint/tried-again')).body).toEqual({ count: 5 });
  });
});

it('keeps slow statements with route, trace and plan', async () => {
  const trace = 'a'.repeat(31) + '1';
  const sql =
    'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) SELECT count(*) AS n FROM n';
  await inScope(new CallScope('request', 'GET /slow', trace), () => school.database.rows({ n: int }, sql));
  const { thresholdMs, queries: slow } = (await admin.get('/operations/database/slow-queries')).body;
  expect(thresholdMs).toBe(1);
  const found = slow.find((each: any) => each.traceId === trace);
  expect(found).toMatchObject({ route: 'GET /slow', rows: 1 });
  expect(found.durationMs).toBeGreaterThan(1);
  expect(found.plan).toMatch(/scan/i);
});

it('limits the number of statements, series and slow statements in memory', () => {
  const { observers } = school.database.dialect;
  for (let at = 0; at < 3_000; at++) observers.notify(`SELECT column${at} FROM t${at}`, 0.01, 1, undefined);
  const { statements } = school.part(QueryStatistics);
  expect(statements.size).toBeLessThanOrEqual(501);
  for (let at = 0; at < 3_000; at++)
    inScope(new CallScope('job', `route ${at}`), () => observers.notify('SELECT 1', 5, 1, undefined));
  const series = [...statements.values()].reduce((sum, each) => sum + each.series.size, 0);
  expect(series).toBeLessThanOrEqual(2_600);
  expect(school.part(Incidents).slowQueries.newest().length).toBeLessThanOrEqual(200);
});
