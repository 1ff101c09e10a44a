import { setTimeout as sleep } from 'node:timers/promises';
import { Client as Connection } from 'pg';
import { CallScope, inScope } from '../../../src/platform/database/scope/call-scope';
import { int } from '../../../src/platform/database/columns';
import type { Finding } from '../../../src/platform/findings/finding';
import { QueryStatistics } from '../../../src/operations/monitoring/queries/query-statistics';
import { School, type Client } from '../../support/school';

describe('findings on PostgreSQL', () => {
  let school: School;
  let admin: Client;
  const connections: Connection[] = [];
  beforeAll(async () => {
    school = await School.open({ environment: { SLOW_QUERY_MS: '40' } });
    admin = await school.admin();
    // The statistics count as a week old, because a process that has just started reports no findings.
    Object.assign(school.part(QueryStatistics), { since: new Date(Date.now() - 8 * 86_400_000) });
    const owner = await connectAnotherProgram();
    await owner.query(`
      CREATE TABLE canvas (id bigint PRIMARY KEY, title text, painter_id bigint REFERENCES users_user (id), width int);
      INSERT INTO canvas SELECT n, md5(n::text), NULL, n % 100 FROM generate_series(1, 20000) n;
      CREATE INDEX canvas_unused ON canvas (title);
      CREATE INDEX canvas_width ON canvas (width);
      CREATE INDEX canvas_width_title ON canvas (width, title);
      ANALYZE canvas;`);
    await flushStatistics(owner);
  }, 60_000);
  afterAll(async () => {
    for (const connection of connections) await connection.end().catch(() => undefined);
    await school?.close();
  });

  /** Connects another program to the database. */
  async function connectAnotherProgram(): Promise<Connection> {
    const connection = new Connection({ connectionString: school.url, application_name: 'gallery' });
    connection.on('error', () => undefined);
    await connection.connect();
    connections.push(connection);
    return connection;
  }

  /** Flushes the statistics of a connection, which otherwise may be delayed for ten seconds. */
  async function flushStatistics(connection: Connection): Promise<void> {
    await connection.query('SELECT pg_stat_force_next_flush()');
  }

  async function findFinding(kind: Finding['kind'], subject: RegExp, view = ''): Promise<Finding> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const { findings } = (await admin.get(`/operations/database${view}`)).body as { findings: Finding[] };
      const found = findings.find((each) => each.kind === kind && subject.test(each.subject));
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`no ${kind} among ${JSON.stringify(findings, null, 1)}`);
      await sleep(200);
    }
  }

  /** Runs the SQL that a finding suggests. */
  async function runRepair({ mend: sql }: Finding): Promise<void> {
    const connection = await connectAnotherProgram();
    for (const statement of sql.split('\n').filter((line) => !line.startsWith('--'))) await connection.query(statement);
  }

  async function expectNoFinding(kind: Finding['kind'], subject: RegExp, view: string): Promise<void> {
    const { findings } = (await admin.get(`/operations/database${view}`)).body as { findings: Finding[] };
    expect(findings.filter((each) => each.kind === kind && subject.test(each.subject))).toEqual([]);
  }

  it('reports a missing index with the compared columns, and suggests the same index for the slow statement', async () => {
    const sql = `SELECT id FROM canvas WHERE painter_id = $1 AND (SELECT count(pg_sleep(0.06))) > 0`;
    const scope = new CallScope('request', 'GET /canvas', 'c'.repeat(32));
    for (let at = 0; at < 3; at++) await inScope(scope, () => school.database.rows({ id: int }, sql, [7]));
    const missing = await findFinding('missing-index', /^canvas/, '/indexes');
    expect(missing.mend).toBe('CREATE INDEX CONCURRENTLY ON canvas (painter_id);');
    const slow = await findFinding('slow-query', /GET \/canvas/);
    expect(slow.mend).toBe(missing.mend);
    const { queries } = (await admin.get('/operations/database/slow-queries')).body;
    expect(queries.find((each: any) => each.route === 'GET /canvas')).toMatchObject({
      ...{ traceId: 'c'.repeat(32), plan: expect.stringMatching(/Seq Scan on canvas|Bitmap/) },
    });
    await runRepair(missing);
  });

  it('reports a foreign key without an index', async () => {
    const owner = await connectAnotherProgram();
    await owner.query('CREATE TABLE frame (id bigint PRIMARY KEY, canvas_id bigint REFERENCES canvas (id))');
    const found = await findFinding('foreign-key-without-index', /frame_canvas_id_fkey/, '/indexes');
    expect(found.mend).toBe('CREATE INDEX CONCURRENTLY ON frame (canvas_id);');
    await runRepair(found);
    await expectNoFinding('foreign-key-without-index', /frame_canvas_id_fkey/, '/indexes');
  });

  it('reports the shorter of two indexes with the same first columns as duplicate', async () => {
    const found = await findFinding('duplicate-index', /^canvas_width$/, '/indexes');
    expect(found).toMatchObject({ mend: 'DROP INDEX CONCURRENTLY canvas_width;' });
    expect(found.explanation).toContain('canvas_width_title');
    await runRepair(found);
    await expectNoFinding('duplicate-index', /^canvas_width$/, '/indexes');
  });

  it('reports an unused index with the statement that creates it again', async () => {
    const found = await findFinding('unused-index', /^canvas_unused$/, '/indexes');
    expect(found.mend).toMatch(
      /^DROP INDEX CONCURRENTLY canvas_unused;\n-- to create it again: CREATE INDEX canvas_unused ON /,
    );
    await runRepair(found);
    await expectNoFinding('unused-index', /^canvas_unused$/, '/indexes');
  });

  it('reports an invalid index', async () => {
    const owner = await connectAnotherProgram();
    await owner.query('CREATE TABLE twin (n int); INSERT INTO twin VALUES (1), (1)');
    await expect(owner.query('CREATE UNIQUE INDEX CONCURRENTLY twin_n ON twin (n)')).rejects.toThrow(
      /could not create/,
    );
    const found = await findFinding('invalid-index', /^twin_n$/, '/indexes');
    expect(found.mend).toBe('REINDEX INDEX CONCURRENTLY twin_n;');
    await owner.query('DELETE FROM twin WHERE ctid = (SELECT min(ctid) FROM twin)');
    await runRepair(found);
    await expectNoFinding('invalid-index', /^twin_n$/, '/indexes');
  });

  it('reports an idle transaction and the writer that it blocks, and the suggested statement unblocks the writer', async () => {
    const [sleeper, waiter] = [await connectAnotherProgram(), await connectAnotherProgram()];
    await sleeper.query('BEGIN');
    await sleeper.query("UPDATE canvas SET title = 'wet' WHERE id = 1");
    const waiting = waiter.query("UPDATE canvas SET title = 'dry' WHERE id = 1");
    const idle = await findFinding('idle-in-transaction', /^session/, '/connections');
    expect(idle.explanation).toContain('gallery');
    expect(idle.mend).toMatch(/^SELECT pg_terminate_backend\(\d+\);$/);
    const blocked = await findFinding('blocked-writer', /^session/, '/locks');
    expect(blocked.mend).toBe(idle.mend);
    const { pairs } = (await admin.get('/operations/database/locks')).body;
    expect(pairs[0]).toMatchObject({
      blockerState: 'idle in transaction',
      statement: expect.stringContaining('UPDATE canvas'),
    });
    expect(JSON.stringify(pairs)).not.toContain('dry');
    await runRepair(blocked);
    expect((await waiting).rowCount).toBe(1);
  });

  it('reports a deadlock of this process, which the server counts too', async () => {
    await school.job('platform:sample-database');
    const otherSession = await connectAnotherProgram();
    await otherSession.query("SET deadlock_timeout = '10s'");
    await otherSession.query('BEGIN');
    await otherSession.query('UPDATE canvas SET width = 1 WHERE id = 2');
    let tries = 0;
    const ours = inScope(new CallScope('request', 'PUT /canvas', 'd'.repeat(32)), () =>
      school.database.transaction(async () => {
        if (++tries > 1) await otherSession.query('COMMIT');
        await school.database.run('UPDATE canvas SET width = 2 WHERE id = $1', [3]);
        if (tries === 1) void otherSession.query('UPDATE canvas SET width = 1 WHERE id = 3').catch(() => undefined);
        await sleep(100);
        await school.database.run('UPDATE canvas SET width = 2 WHERE id = $1', [2]);
      }),
    );
    await ours;
    expect(tries).toBe(2);
    const found = await findFinding('deadlock', /PUT \/canvas/, '/locks');
    expect(found.mend).toContain('FROM canvas WHERE id IN ($1, $2) ORDER BY id FOR NO KEY UPDATE');
    const { counts, failures } = (await admin.get('/operations/database/locks')).body;
    expect(counts).toContainEqual({ kind: 'deadlock', count: 1 });
    expect(failures[0]).toMatchObject({ kind: 'deadlock', route: 'PUT /canvas', traceId: 'd'.repeat(32) });
  });

  it('reports dead rows', async () => {
    const owner = await connectAnotherProgram();
    await owner.query('UPDATE canvas SET width = width + 1');
    await flushStatistics(owner);
    const found = await findFinding('dead-rows', /^canvas$/, '/storage');
    expect(found.mend).toBe('VACUUM (ANALYZE) canvas;');
    for (const connection of connections) await connection.query('ROLLBACK').catch(() => undefined);
    await runRepair(found);
  });

  it('reports a growing table', async () => {
    const owner = await connectAnotherProgram();
    await owner.query('CREATE TABLE diary (n int, created_at timestamptz, words text)');
    await owner.query("INSERT INTO diary SELECT n, now(), repeat('x', 400) FROM generate_series(1, 1000) n");
    await school.database.transaction(() => school.database.run('DELETE FROM platform_sample'));
    await school.job('platform:sample-database');
    await owner.query("INSERT INTO diary SELECT n, now(), repeat('x', 400) FROM generate_series(1, 10000) n");
    school.clock.stopAt(new Date(Date.now() + 86_400_000));
    const found = await findFinding('growing-table', /^diary$/, '/storage');
    expect(found.explanation).toMatch(/grows by [34]\.\d MB per day/);
    expect(found.mend).toContain('SELECT count(*) FROM diary;');
    const { bytesPerDay, tables } = (await admin.get('/operations/database/storage')).body;
    expect(bytesPerDay).toBeGreaterThan(3_000_000);
    expect(tables.find((table: any) => table.name === 'diary').bytesPerDay).toBeGreaterThan(3_000_000);
    school.clock.stopAt(null);
  });

  it('shows the figures of pg_stat_statements if the server has the extension', async () => {
    const owner = await connectAnotherProgram();
    const { rows } = await owner.query("SELECT current_setting('shared_preload_libraries') AS libraries");
    const hasExtension = rows[0].libraries.includes('pg_stat_statements');
    expect((await admin.get('/operations/database/queries')).body.serverRecord).toBe(false);
    if (!hasExtension) return;
    await owner.query('CREATE EXTENSION pg_stat_statements');
    for (let at = 0; at < 3; at++) await school.visitor.get('/courses');
    const { serverRecord, statements } = (await admin.get('/operations/database/queries?sort=calls&limit=100')).body;
    const catalogue = statements.find((each: any) => each.routes.some((of: any) => of.route === 'GET /api/v1/courses'));
    expect([serverRecord, catalogue.server.calls >= 3]).toEqual([true, true]);
    expect(catalogue.server.meanMs).toBeLessThan(catalogue.longestMs);
  });
});
