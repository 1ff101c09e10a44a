import { AuditEntry } from '../../../src/platform/audit/audit-entry.entity';
import { AuditGuard } from '../../../src/platform/audit/audit-guard';
import { AuditLog } from '../../../src/platform/audit/audit-log';
import { AuditSealing } from '../../../src/platform/audit/audit-sealing';
import { unguarded } from '../../../src/platform/database/statements/write-guard';
import { testEngine } from '../../support/database-url';
import { School, type Client } from '../../support/school';

let school: School;
let admin: Client;
let teacher: Client;
let student: Client;
beforeAll(async () => {
  school = await School.open();
  admin = await school.admin();
  teacher = await school.teacher();
  student = await school.student();
});
afterAll(() => school.close());

const aCourse = (title: string) => ({
  title,
  description: 'Ink and paper',
  category: 'printmaking',
  level: 'beginner',
});
const entries = async (query = ''): Promise<any[]> => (await admin.get(`/audit-entries?limit=100${query}`)).body.data;
const traceOf = ({ headers }: { headers: Record<string, string | undefined> }): string => headers['x-trace-id']!;

/** Runs a statement directly on the connection, as a script outside the application does. */
const runDirectly = (sql: string) => unguarded(() => school.database.dialect.dataSource.query(sql)) as Promise<unknown>;

describe('an entry', () => {
  test('names who did what to which object, in which request', async () => {
    const created = await teacher.post('/courses', aCourse('Linocut'));
    expect(created.status).toBe(201);
    expect((await entries('&action=courses.course-created'))[0]).toMatchObject({
      actor: { kind: 'person', id: teacher.id },
      object: { type: 'courses', id: String(created.body.id) },
      detail: {},
      traceId: traceOf(created),
      sequence: null,
      hash: null,
    });
  });

  test('of a route that creates an object below another one names the created object', async () => {
    const { id } = (await teacher.post('/courses', aCourse('Etching'))).body;
    const lesson = await teacher.post(`/courses/${id}/lessons`, {
      title: 'Grounds',
      lessonType: 'theory',
      content: 'Wax',
    });
    expect((await entries('&action=courses.lesson-created'))[0].object).toEqual({
      type: 'lessons',
      id: String(lesson.body.id),
    });
  });

  test('of coins keeps the person and the amount, but not the reason, which is a text about people', async () => {
    await admin.post('/rewards/manual', { userId: student.id, amount: 7, reason: 'Zeno was ill' });
    const [entry] = await entries('&action=rewards.coins-given');
    expect(entry).toMatchObject({ object: { type: 'users', id: String(student.id) }, detail: { amount: 7 } });
    expect(JSON.stringify(entry)).not.toContain('Zeno');
  });

  test('is not written for a request that fails, nor for one that is refused', async () => {
    const before = await entries('&withTotal=true');
    expect((await student.post('/courses', aCourse('Mine'))).status).toBe(403);
    expect((await admin.post('/rewards/adjustments', { userId: student.id, amount: -9_999, reason: 'x' })).status).toBe(
      409,
    );
    expect(await entries('&withTotal=true')).toEqual(before);
  });

  test('is written once if a request is repeated with the same Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'again' };
    const body = { userId: student.id, amount: 3, reason: 'Twice' };
    const replies = [
      await admin.post('/rewards/manual', body, headers),
      await admin.post('/rewards/manual', body, headers),
    ];
    expect(replies[1]!.headers['idempotency-replayed']).toBe('true');
    const given = await entries('&action=rewards.coins-given');
    expect(given.filter(({ detail }) => detail.amount === 3)).toHaveLength(1);
  });

  test('is in the transaction of the act: a rollback removes both', async () => {
    const act = school.database.transaction(() => {
      school.part(AuditLog).record({ action: 'test.rolled-back', object: ['tests', 1] });
      return Promise.reject(new Error('no'));
    });
    await expect(act).rejects.toThrow('no');
    expect(await entries('&action=test.rolled-back')).toEqual([]);
    expect(() => school.part(AuditLog).record({ action: 'test.outside', object: ['tests', 1] })).toThrow(
      'There is no open transaction',
    );
  });

  test('is written for each security event of an account, with the person who acted', async () => {
    await admin.put(`/users/${student.id}/role`, { role: 'teacher', reason: 'Zeno teaches now' });
    const [entry] = await entries('&action=users.role-changed');
    expect(entry).toMatchObject({
      actor: { kind: 'person', id: admin.id },
      object: { type: 'users', id: String(student.id) },
      detail: { from: 'student', to: 'teacher' },
    });
    expect(JSON.stringify(entry)).not.toContain('Zeno');
    await admin.put(`/users/${student.id}/role`, { role: 'student', reason: 'And back' });
  });

  test('is written for a sign-in and for a refused one, and for no unknown account', async () => {
    const wrong = await school.visitor.post('/auth/login', { login: teacher.username, password: 'not this one' });
    expect(wrong.status).toBe(401);
    expect((await entries('&action=users.sign-in-refused'))[0]).toMatchObject({
      actor: { kind: 'anonymous', id: null },
      object: { type: 'users', id: String(teacher.id) },
      traceId: traceOf(wrong),
    });
    const before = await entries('&action=users.sign-in-refused');
    await school.visitor.post('/auth/login', { login: 'nobody-at-all', password: 'not this one' });
    expect(await entries('&action=users.sign-in-refused')).toEqual(before);
  });

  test('of a job names who has started it: an administrator, or the command line', async () => {
    const started = await admin.post('/operations/jobs/platform:expire-job-runs/runs');
    expect(started.status).toBe(202);
    expect((await entries('&action=operations.job-started'))[0]).toMatchObject({
      actor: { kind: 'person', id: admin.id },
      object: { type: 'jobs', id: 'platform:expire-job-runs' },
      traceId: traceOf(started),
    });
    await school.job('users:expire-sessions');
    expect((await entries('&action=operations.job-started'))[0]).toMatchObject({
      actor: { kind: 'command', id: null },
    });
  });
});

describe('the list', () => {
  test('is for administrators only', async () => {
    expect((await teacher.get('/audit-entries')).status).toBe(403);
    expect((await school.visitor.get('/audit-entries')).status).toBe(401);
  });

  test('has pages, newest first, and filters by actor, action, object and time', async () => {
    const all = await entries();
    const first = await admin.get('/audit-entries?limit=2');
    const second = await admin.get(`/audit-entries?limit=2&cursor=${first.body.page.nextCursor}`);
    expect([...first.body.data, ...second.body.data]).toEqual(all.slice(0, 4));
    const byTeacher = await entries(`&actorId=${teacher.id}`);
    expect(byTeacher).toEqual(all.filter(({ actor }) => actor.id === teacher.id));
    const aboutStudent = await entries(`&objectType=users&objectId=${student.id}`);
    expect(aboutStudent).toEqual(
      all.filter(({ object }) => object.type === 'users' && object.id === String(student.id)),
    );
    const { happenedAt: at } = all[3];
    expect(await entries(`&from=${at}`)).toEqual(all.filter((entry) => entry.happenedAt >= at));
    expect(await entries(`&to=${at}`)).toEqual(all.filter((entry) => entry.happenedAt < at));
  });
});

describe('the table', () => {
  const otherValues: Record<string, string> = {
    id: '999999',
    happened_at: "'2020-01-01'",
    action: "'x'",
    actor_kind: "'system'",
    actor_id: '999999',
    object_type: "'x'",
    object_id: "'x'",
    detail: `'{"x":1}'`,
    trace_id: "'x'",
  };
  const sealing = `sequence = 1, previous_hash = '', hash = 'x'`;

  test('accepts no update of an entry but its sealing, and no delete', async () => {
    const { columns } = school.database.dialect.dataSource.getMetadata(AuditEntry);
    const names = columns.map(({ databaseName }) => databaseName);
    expect(names.sort()).toEqual([...Object.keys(otherValues), 'sequence', 'previous_hash', 'hash'].sort());
    for (const [name, value] of Object.entries(otherValues)) {
      const sql = `UPDATE platform_auditentry SET ${name} = ${value} WHERE id = 1`;
      expect([name, await runDirectly(sql).catch(String)]).toEqual([name, expect.stringContaining('append-only')]);
      const sealed = `UPDATE platform_auditentry SET ${sealing}, ${name} = ${value} WHERE id = 1`;
      await expect(runDirectly(sealed)).rejects.toThrow(/append-only/);
    }
    await expect(runDirectly('DELETE FROM platform_auditentry WHERE id = 1')).rejects.toThrow(/append-only/);
    if (testEngine() !== 'sqlite')
      await expect(runDirectly('TRUNCATE platform_auditentry')).rejects.toThrow(/append-only/);
  });

  test('accepts the sealing once and only as a whole', async () => {
    await expect(runDirectly('UPDATE platform_auditentry SET sequence = 1 WHERE id = 1')).rejects.toThrow(
      /append-only/,
    );
    await school.part(AuditSealing).sealAll();
    const again = `UPDATE platform_auditentry SET ${sealing.replace('= 1', '= 999')} WHERE id = 1`;
    await expect(runDirectly(again)).rejects.toThrow(/append-only/);
    const removed = 'UPDATE platform_auditentry SET sequence = NULL, previous_hash = NULL, hash = NULL WHERE id = 1';
    await expect(runDirectly(removed)).rejects.toThrow(/append-only/);
  });

  test('must have its triggers, or the application does not start', async () => {
    await school.part(AuditGuard).onApplicationBootstrap();
    await runDirectly(
      testEngine() !== 'sqlite'
        ? 'ALTER TABLE platform_auditentry DISABLE TRIGGER platform_auditentry_delete'
        : 'DROP TRIGGER platform_auditentry_delete',
    );
    await expect(school.part(AuditGuard).onApplicationBootstrap()).rejects.toThrow(
      'not append-only: DELETE was possible',
    );
  });
});
