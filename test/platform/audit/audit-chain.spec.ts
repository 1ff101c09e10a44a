import { AuditFindings } from '../../../src/platform/audit/audit-findings';
import { AuditLog } from '../../../src/platform/audit/audit-log';
import { AuditSealing } from '../../../src/platform/audit/audit-sealing';
import { AuditVerification, type AuditReport } from '../../../src/platform/audit/audit-verification';
import { linkAfter } from '../../../src/platform/audit/audit-chain';
import { int } from '../../../src/platform/database/columns';
import { unguarded } from '../../../src/platform/database/statements/write-guard';
import { testEngine } from '../../support/database-url';
import { School, type Client } from '../../support/school';

let school: School;
let admin: Client;
let last: number;
beforeEach(async () => {
  school = await School.open();
  admin = await school.admin();
  await record(5);
  await seal();
  ({ last } = (await school.database.row({ last: int }, 'SELECT max(sequence) AS last FROM platform_auditentry'))!);
});
afterEach(() => school.close());

const record = (count: number): Promise<void> =>
  school.database.transaction(() => {
    for (let n = 1; n <= count; n++)
      school.part(AuditLog).record({ action: 'test.counted', object: ['tests', n], detail: { b: 0.1, a: n, c: null } });
    return Promise.resolve();
  });
const seal = () => school.part(AuditSealing).sealAll();
const verify = (): Promise<AuditReport> => school.part(AuditVerification).verify();
const firstBreak = async (): Promise<unknown> => (await verify()).firstBreak;

/** Runs statements as somebody does who owns the database: the triggers do not stop them. */
async function asOwner(...statements: string[]): Promise<void> {
  const run = (sql: string) => unguarded(() => school.database.dialect.dataSource.query(sql)) as Promise<unknown>;
  if (testEngine() === 'sqlite')
    for (const event of ['update', 'delete']) await run(`DROP TRIGGER IF EXISTS platform_auditentry_${event}`);
  else await run('ALTER TABLE platform_auditentry DISABLE TRIGGER USER');
  for (const sql of statements) await run(sql);
}

test('sealed entries have consecutive sequences, and the verification proves all of them', async () => {
  expect(await verify()).toEqual({ verified: last, unsealed: 0, firstBreak: null });
  await record(2);
  expect(await verify()).toEqual({ verified: last, unsealed: 2, firstBreak: null });
  expect(await seal()).toMatchObject({ sealed: 2, sequence: last + 2 });
  expect(await seal()).toBeNull();
  expect(await verify()).toEqual({ verified: last + 2, unsealed: 0, firstBreak: null });
});

test('more entries than one batch are sealed in one run and verified in batches', async () => {
  await record(2_300);
  expect(await seal()).toMatchObject({ sealed: 2_300, sequence: last + 2_300 });
  expect(await verify()).toEqual({ verified: last + 2_300, unsealed: 0, firstBreak: null });
  await asOwner(`UPDATE platform_auditentry SET object_id = '7' WHERE sequence = ${last + 2_100}`);
  expect(await firstBreak()).toMatchObject({ sequence: last + 2_100 });
});

test('an entry whose transaction commits after the sealing of later ones gets a later place', async () => {
  const log = school.part(AuditLog);
  // A row of a transaction that commits late has a smaller id than entries that are sealed already.
  await school.database.transaction(() => {
    log.record({ action: 'test.late', object: ['tests', 0] });
    return Promise.resolve();
  });
  await asOwner(`UPDATE platform_auditentry SET id = -5 WHERE action = 'test.late'`);
  await seal();
  expect(await verify()).toMatchObject({ verified: last + 1, firstBreak: null });
});

describe('the verification finds', () => {
  test('an entry whose content was changed', async () => {
    await asOwner(`UPDATE platform_auditentry SET actor_id = 77 WHERE sequence = ${last - 2}`);
    expect(await firstBreak()).toEqual({ sequence: last - 2, problem: 'the content of the entry was changed' });
  });

  test('a detail that was changed', async () => {
    await asOwner(`UPDATE platform_auditentry SET detail = '{"b":0.1,"a":9,"c":null}' WHERE sequence = ${last}`);
    expect(await firstBreak()).toEqual({ sequence: last, problem: 'the content of the entry was changed' });
  });

  test('an entry that was changed together with its own hash, at the entry after it', async () => {
    await asOwner(`UPDATE platform_auditentry SET actor_id = 77 WHERE sequence = ${last - 2}`);
    const { data } = (await admin.get('/audit-entries?limit=100')).body;
    const at = (sequence: number) => data.find((entry: { sequence: number }) => entry.sequence === sequence);
    const { id, action, actor, object, detail, traceId, happenedAt } = at(last - 2);
    const previous = { sequence: last - 3, hash: at(last - 3).hash };
    const content = {
      id,
      action,
      detail,
      traceId,
      happenedAt: new Date(happenedAt),
      objectType: object.type,
      objectId: object.id,
    };
    const { hash } = linkAfter(previous, { ...content, actorKind: actor.kind, actorId: actor.id });
    await asOwner(`UPDATE platform_auditentry SET hash = '${hash}' WHERE sequence = ${last - 2}`);
    expect(await firstBreak()).toMatchObject({ sequence: last - 1 });
  });

  test('an entry that was deleted from the middle', async () => {
    await asOwner(`DELETE FROM platform_auditentry WHERE sequence = ${last - 2}`);
    expect(await firstBreak()).toEqual({
      sequence: last - 2,
      problem: `the entry is missing; the next one is ${last - 1}`,
    });
  });

  test('the first entry when it was deleted', async () => {
    await asOwner('DELETE FROM platform_auditentry WHERE sequence = 1');
    expect(await firstBreak()).toMatchObject({ sequence: 1 });
  });

  test('that the last entries were deleted, and nothing more is sealed', async () => {
    await asOwner(`DELETE FROM platform_auditentry WHERE sequence > ${last - 2}`);
    expect(await firstBreak()).toMatchObject({ sequence: last - 1, problem: expect.stringContaining('are missing') });
    await record(1);
    await expect(seal()).rejects.toThrow(`The last sealed entry is ${last - 2}, but entry ${last} was sealed last`);
  });

  test('that all entries were deleted', async () => {
    await asOwner('DELETE FROM platform_auditentry');
    expect(await firstBreak()).toMatchObject({ sequence: 1 });
  });

  test('two entries that were exchanged', async () => {
    await asOwner(
      `UPDATE platform_auditentry SET sequence = -1 WHERE sequence = ${last}`,
      `UPDATE platform_auditentry SET sequence = ${last} WHERE sequence = ${last - 1}`,
      `UPDATE platform_auditentry SET sequence = ${last - 1} WHERE sequence = -1`,
    );
    expect(await firstBreak()).toMatchObject({ sequence: last - 1 });
  });

  test('a chain that was sealed anew after a change, if a head was kept elsewhere', async () => {
    const head = (
      await school.database.rows({ sequence: int, hash: String }, 'SELECT sequence, hash FROM platform_audithead')
    )[0]!;
    await asOwner(
      `UPDATE platform_auditentry SET sequence = NULL, previous_hash = NULL, hash = NULL, actor_id = 77`,
      'DELETE FROM platform_audithead',
    );
    await seal();
    expect(await firstBreak()).toBeNull();
    const report = await school.part(AuditVerification).verify([head]);
    expect(report.firstBreak).toMatchObject({ sequence: last, problem: expect.stringContaining('another hash') });
    await asOwner(`DELETE FROM platform_auditentry WHERE sequence = ${last}`, 'DELETE FROM platform_audithead');
    expect((await school.part(AuditVerification).verify([head])).firstBreak).toMatchObject({ sequence: last });
  });
});

test('a break is a finding, a metric and a report of the job, until a verification succeeds again', async () => {
  const findings = (): Promise<{ kind: string }[]> => school.part(AuditFindings).findings();
  await school.job('audit:verify');
  expect(await findings()).toEqual([]);
  await asOwner(`UPDATE platform_auditentry SET actor_kind = 'system' WHERE sequence = ${last}`);
  expect(await school.job('audit:verify')).toMatchObject({ brokenAt: last, verified: last - 1 });
  expect(await findings()).toMatchObject([
    { kind: 'broken-audit-log', severity: 'critical', subject: `entry ${last}` },
  ]);
  const metrics = (await school.visitor.get('//metrics')).body;
  expect(metrics).toMatch(/^teoart_audit_broken 1$/m);
  expect(metrics).toMatch(new RegExp(`^teoart_audit_sequence ${last}$`, 'm'));
});

test('entries that wait for their sealing for more than ten minutes are a finding', async () => {
  const sealedAt = new Date();
  school.clock.stopAt(sealedAt);
  await record(1);
  await seal();
  await record(1);
  expect(await school.part(AuditFindings).findings()).toEqual([]);
  school.clock.stopAt(new Date(sealedAt.getTime() + 11 * 60_000));
  const explanation = expect.stringContaining(`last sealed at ${sealedAt.toISOString()}`);
  expect(await school.part(AuditFindings).findings()).toMatchObject([{ kind: 'unsealed-audit-log', explanation }]);
  const metric = `\nteoart_audit_sealed_timestamp_seconds ${sealedAt.getTime() / 1_000}\n`;
  expect((await school.visitor.get('//metrics')).body).toContain(metric);
  await school.job('audit:seal');
  await seal();
  expect(await school.part(AuditFindings).findings()).toEqual([]);
});
