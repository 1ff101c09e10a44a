import Sqlite, { type Database as File } from 'better-sqlite3';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallScope, inScope } from '../../../src/platform/database/scope/call-scope';
import { int } from '../../../src/platform/database/columns';
import type { Finding } from '../../../src/platform/findings/finding';
import { QueryStatistics } from '../../../src/operations/monitoring/queries/query-statistics';
import { School, type Client } from '../../support/school';

describe('findings on SQLite', () => {
  let school: School;
  let admin: Client;
  let file: File;
  beforeAll(async () => {
    school = await School.open({ environment: { SLOW_QUERY_MS: '5', DATABASE_POOL_WAIT_MS: '300' } });
    admin = await school.admin();
    // The statistics count as a week old, because a process that has just started reports no findings.
    Object.assign(school.part(QueryStatistics), { since: new Date(Date.now() - 8 * 86_400_000) });
    file = openAsAnotherProgram();
    file.exec(`
      CREATE TABLE canvas (id integer PRIMARY KEY, title text, painter_id integer REFERENCES users_user (id), width int);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        INSERT INTO canvas SELECT i, hex(randomblob(16)), NULL, i % 100 FROM n;
      CREATE INDEX canvas_unused ON canvas (title);
      CREATE INDEX canvas_width ON canvas (width);
      CREATE INDEX canvas_width_title ON canvas (width, title);`);
  });
  afterAll(async () => {
    file?.close();
    await school?.close();
  });

  /** Opens the file like another program. */
  const openAsAnotherProgram = (): File => new Sqlite(school.url.slice('sqlite:'.length));

  const listFindings = async (view: string): Promise<Finding[]> =>
    (await admin.get(`/operations/database${view}`)).body.findings;

  async function findFinding(kind: Finding['kind'], subject: RegExp, view = ''): Promise<Finding> {
    const findings = await listFindings(view);
    const finding = findings.find((each) => each.kind === kind && subject.test(each.subject));
    if (!finding) throw new Error(`no ${kind} among ${JSON.stringify(findings, null, 1)}`);
    return finding;
  }

  async function expectNoFinding(kind: Finding['kind'], subject: RegExp, view: string): Promise<void> {
    expect((await listFindings(view)).filter((each) => each.kind === kind && subject.test(each.subject))).toEqual([]);
  }

  const inGalleryRequest = <T>(work: () => Promise<T>): Promise<T> =>
    inScope(new CallScope('request', 'GET /canvas', 'c'.repeat(32)), work);

  it('reports a missing index from the plan and the statement, and suggests the same index for a slow statement', async () => {
    const sql = 'SELECT c.id FROM canvas c WHERE c.painter_id = $1';
    for (let at = 0; at < 3; at++) await inGalleryRequest(() => school.database.rows({ id: int }, sql, [7]));
    const missing = await findFinding('missing-index', /^canvas \(painter_id\)/, '/indexes');
    expect(missing.mend).toBe('CREATE INDEX canvas_painter_id ON canvas (painter_id);');
    expect(missing.explanation).toContain('20000 rows');
    const slow = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
      SELECT count(*) AS id FROM n WHERE NOT EXISTS (SELECT 1 FROM canvas c WHERE c.painter_id = $1)`;
    for (let at = 0; at < 3; at++) await inGalleryRequest(() => school.database.rows({ id: int }, slow, [7]));
    expect((await findFinding('slow-query', /GET \/canvas/)).mend).toContain(
      'CREATE INDEX canvas_painter_id ON canvas',
    );
    const { queries } = (await admin.get('/operations/database/slow-queries')).body;
    expect(queries.find((each: any) => each.route === 'GET /canvas')).toMatchObject({
      route: 'GET /canvas',
      traceId: 'c'.repeat(32),
      plan: expect.stringMatching(/SCAN c/),
    });
  });

  it('resolves a missing index with the suggested statement', async () => {
    file.exec((await findFinding('missing-index', /^canvas \(painter_id\)/, '/indexes')).mend);
    await expectNoFinding('foreign-key-without-index', /^canvas/, '/indexes');
  });

  it('reports a foreign key without an index', async () => {
    file.exec('CREATE TABLE frame (id integer PRIMARY KEY, canvas_id integer REFERENCES canvas (id))');
    const found = await findFinding('foreign-key-without-index', /^frame/, '/indexes');
    expect(found.mend).toBe('CREATE INDEX frame_canvas_id ON frame (canvas_id);');
    file.exec(found.mend);
    await expectNoFinding('foreign-key-without-index', /^frame/, '/indexes');
  });

  it('reports a duplicate index', async () => {
    const found = await findFinding('duplicate-index', /^canvas_width$/, '/indexes');
    expect(found.mend).toBe('DROP INDEX canvas_width;');
    file.exec(found.mend);
    await expectNoFinding('duplicate-index', /^canvas_width$/, '/indexes');
  });

  it('reports an index that no plan of a thousand statements has used', async () => {
    const used = 'SELECT id FROM canvas WHERE width = $1 AND title = $2';
    for (let at = 0; at < 1_000; at++) await school.database.rows({ id: int }, used, [at, '']);
    const found = await findFinding('unused-index', /^canvas_unused$/, '/indexes');
    expect(found.mend).toMatch(/^DROP INDEX canvas_unused;\n-- to create it again: CREATE INDEX canvas_unused/);
    await expectNoFinding('unused-index', /^canvas_width_title$/, '/indexes');
    const { indexes } = (await admin.get('/operations/database/indexes')).body;
    expect(indexes.find(({ name }: any) => name === 'canvas_width_title').scans).toBeGreaterThanOrEqual(1_000);
  });

  it('reports callers that wait for the writer, and callers whose wait timed out', async () => {
    const holder = school.database.transaction(() => sleep(450));
    const waiting = school.database.transaction(async () => undefined).catch((error: Error) => error.name);
    await sleep(20);
    const { pool } = (await admin.get('/operations/database/connections')).body;
    expect(pool).toMatchObject({ waiting: 1, idle: 1 });
    expect((await findFinding('pool-waiting', /./, '/connections')).explanation).toContain('1 callers wait');
    expect(await waiting).toBe('DatabaseUnavailable');
    await holder;
    expect(await findFinding('timeout', /writer/, '/connections')).toMatchObject({ severity: 'critical' });
  });

  it('reports another process that holds the file', async () => {
    file.exec('BEGIN IMMEDIATE');
    const writing = school.database.transaction(async () => undefined);
    await sleep(60);
    file.exec('COMMIT');
    await writing;
    const found = await findFinding('busy-file', /file/, '/connections');
    expect(found.explanation).toMatch(/1 times/);
    const { pool } = (await admin.get('/operations/database/connections')).body;
    expect(pool.busyMs).toBeGreaterThan(40);
  });

  it('reports a write-ahead log that a long read keeps large, and unused pages', async () => {
    const reader = openAsAnotherProgram();
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM canvas').get();
    file.exec('CREATE TABLE diary (words text)');
    file.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
      INSERT INTO diary SELECT hex(zeroblob(500000)) FROM n`);
    const log = await findFinding('large-log', /write-ahead log/, '/storage');
    reader.exec('COMMIT');
    reader.close();
    file.exec('DROP TABLE diary');
    file.exec(log.mend);
    await expectNoFinding('large-log', /./, '/storage');
    const empty = await findFinding('free-pages', /file/, '/storage');
    file.exec(empty.mend);
    await expectNoFinding('free-pages', /./, '/storage');
  });

  it('reports a growing table', async () => {
    await school.database.transaction(() => school.database.run('DELETE FROM platform_sample'));
    await school.job('platform:sample-database');
    const { totalBytes } = (await admin.get('/operations/database/storage')).body;
    await school.database.transaction(() =>
      school.database.run(
        "UPDATE platform_sample SET figures = json_set(figures, '$.canvas', 4096) WHERE source = 'tables'",
      ),
    );
    school.clock.stopAt(new Date(Date.now() + 3_600_000 * 12));
    const found = await findFinding('growing-table', /^canvas$/, '/storage');
    expect(found).toMatchObject({ mend: expect.stringContaining('FROM canvas'), severity: 'notice' });
    const storage = (await admin.get('/operations/database/storage')).body;
    expect(storage).toMatchObject({ bytesPerDay: expect.any(Number), freeBytes: expect.any(Number) });
    expect(storage.totalBytes).toBeGreaterThanOrEqual(totalBytes);
    school.clock.stopAt(null);
  });
});
