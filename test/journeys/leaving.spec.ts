import { readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { pino } from 'pino';
import { logOptions, NestLog } from '../../src/platform/http/server/log';
import { EmailSender } from '../../src/modules/notifications/email/email-sender';
import { int, text } from '../../src/platform/database/columns';
import { unguarded } from '../../src/platform/database/statements/write-guard';
import { schoolOnChain } from '../chain/unreachable-chain';
import { aPublishedCourse, type BuiltCourse } from '../support/courses';
import { testEngine } from '../support/database-url';
import { Client, type School } from '../support/school';
import { anExercise } from '../progress/exercises';
import { expectNoViolations } from '../rewards/ledger-state';
import { goodPassword, register, signIn } from '../users/user-fixtures';
import { done } from './cast';
import { findMarks, marks } from './personal-marks';

/** A person leaves, comes back within the cool-off, and leaves for good. The scanner first finds every mark of the person. */
let school: School;
let admin: Client;
let friend: Client;
let teacher: Client;
let course: BuiltCourse;
let person: Client;
const logged: string[] = [];
beforeAll(async () => {
  Logger.overrideLogger(
    new NestLog(pino({ ...logOptions, level: 'trace' }, { write: (line) => void logged.push(line) })),
  );
  school = await schoolOnChain({ WALLET_COOLDOWN_MINUTES: '0' });
  [admin, friend, teacher] = [await school.admin(), await school.student(), await school.teacher()];
  course = await aPublishedCourse(school, teacher.id);
});
afterAll(() => school.close());

const run = (sql: string, values: unknown[]) =>
  school.database.transaction(() => school.database.run(sql, values as never));
const dayMs = 86_400_000;
const moveClock = (days: number) => school.clock.stopAt(new Date(school.clock.now().getTime() + days * dayMs));
const unverifiedStatus = async (): Promise<number> => (await signIn(school, marks.username)).status;

/** Everything that a person can write or leave behind, and what others write about them. */
async function liveInSchool(): Promise<Client> {
  const email = marks.email;
  const registered = await register(school, {
    username: marks.username,
    email,
    role: 'teacher',
    application: marks.application,
  });
  const { id } = registered;
  await done(admin.delete(`/teachers/${id}/approval`, { reason: marks.rejection }));
  await done(admin.put(`/users/${id}/role`, { role: 'student', reason: marks.roleReason }));
  const login = await school.app.inject({
    method: 'POST',
    url: '/api/v1/auth/login',
    remoteAddress: marks.address,
    headers: { 'user-agent': marks.userAgent },
    payload: { login: marks.username, password: goodPassword },
  });
  const client = new Client(school, login.json().accessToken, id, marks.username);
  const [session] = (await done(client.get('/me/sessions'))).data;
  await done(client.patch(`/me/sessions/${session.id}`, { name: marks.sessionName }));
  await done(client.patch('/me', { firstName: marks.firstName, lastName: marks.lastName, bio: marks.bio }));
  await done(client.post('/me/email-change', { newEmail: marks.newEmail, currentPassword: goodPassword }));
  await run('UPDATE users_user SET profile_image = $2 WHERE id = $1', [id, marks.image]);
  await run('UPDATE users_usersettings SET privacy_settings = $2 WHERE user_id = $1', [id, { [marks.privacyKey]: 1 }]);
  await run('INSERT INTO platform_originalvalue (model, row_id, field, ours, theirs) VALUES ($1, $2, $3, $4, $5)', [
    'users.user',
    id,
    'bio',
    JSON.stringify(marks.bio),
    JSON.stringify(marks.imported),
  ]);
  const bounced = 'INSERT INTO platform_mailsuppression (address, reason, created_at) VALUES ($1, $2, $3)';
  await run(bounced, [email, marks.suppression, school.clock.now()]);
  const wallet = 'INSERT INTO rewards_wallet (user_id, address, linked_at) VALUES ($1, $2, $3)';
  await run(wallet, [id, marks.wallet, school.clock.now()]);
  await done(client.put(`/me/blocks/${admin.id}`));
  await leaveEvents(id);
  return client;
}

async function learn(client: Client): Promise<void> {
  const [lesson] = course.lessons as [number];
  await done(client.post(`/courses/${course.id}/enrollment`));
  await done(client.put(`/lessons/${lesson}/completion`, { notes: marks.notes }));
  const assignment = { exerciseType: 'assignment', content: { prompt: 'Paint.' }, answerKey: {} };
  const exercise = await anExercise(school, lesson, assignment);
  const submission = await done(client.post(`/exercises/${exercise}/submissions`, { work: { text: marks.work } }));
  const path = `/submissions/${submission.id}/grade`;
  await done(teacher.put(path, { score: 50, status: 'needs_revision', feedback: marks.feedback }));
  await done(
    teacher.put(path, { score: 60, status: 'needs_revision', feedback: marks.feedback, reason: marks.gradeReason }),
  );
  const attempt = await done(client.post(`/exercises/${exercise}/attempts`));
  await done(client.patch(`/attempts/${attempt.id}`, { work: { text: marks.saved } }));
}

async function useCoins(client: Client): Promise<void> {
  for (const { id: userId } of [client, friend])
    await done(admin.post('/rewards/manual', { userId, amount: 50, reason: 'First prize' }));
  await done(client.post('/coins/transfers', { recipientId: friend.id, amount: 5, message: marks.message }));
  await done(friend.post('/coins/transfers', { recipientId: client.id, amount: 2, message: marks.reply }));
}

/** The person taught a course before, whose students got a message. The course was archived since. */
async function teachBefore(client: Client): Promise<void> {
  const now = school.clock.now();
  const taught = await aPublishedCourse(school, client.id);
  await run('UPDATE courses_course SET archived_at = $2 WHERE id = $1', [taught.id, now]);
  const message = await school.database.transaction(() =>
    school.database.row(
      { id: int },
      `INSERT INTO notifications_coursemessage (course_id, sender_id, day, number, title, message, created_at)
       VALUES ($1, $2, '2026-11-01', 1, 'Tomorrow', 'We paint outside.', $3) RETURNING id`,
      [taught.id, client.id, now],
    ),
  );
  await run(
    `INSERT INTO notifications_notification (user_id, title, message, notification_type, created_at, dedupe_key)
     VALUES ($1, 'Tomorrow', $2, 'course_message', $3, $4)`,
    [
      friend.id,
      `We paint outside. ${marks.username} ${marks.courseMessage}`,
      now,
      `course_message:notifications.coursemessage.${message!.id}:1`,
    ],
  );
  await run(
    `INSERT INTO notifications_unreadcount (user_id, unread) VALUES ($1, 1)
     ON CONFLICT (user_id) DO UPDATE SET unread = notifications_unreadcount.unread + 1`,
    [friend.id],
  );
}

/** An event that nobody could deliver, one that an operator has discarded, and one of somebody else, whose course has the same number. */
async function leaveEvents(id: number): Promise<void> {
  const now = school.clock.now();
  const dead = `INSERT INTO platform_outbox (handler, event_type, payload, created_at, due_at, dead_at)
    VALUES ('Nobody', 'rewards.coins-transferred.v1', $1, $2, $2, $2)`;
  await run(dead, [{ senderId: id, senderUsername: marks.username, message: marks.message }, now]);
  await run(dead, [{ senderId: 999_999, courseId: id, message: 'Of somebody else' }, now]);
  const payload = JSON.stringify({ userId: id, reason: marks.roleReason });
  await run(
    `INSERT INTO platform_outbox_decision (outbox_id, handler, event_type, payload, last_error, decision, reason, decided_at)
     VALUES (1, 'Nobody', 'users.role-changed.v1', $1, '', 'discard', 'Out of date', $2)`,
    [payload, now],
  );
}

/** Sends the teacher, whose address is verified, what waits for the end of a burst. */
async function mailNotifications(): Promise<void> {
  await run('UPDATE users_user SET email_verified_at = created_at WHERE id = $1', [teacher.id]);
  school.clock.stopAt(new Date(school.clock.now().getTime() + 5 * 60_000));
  while (await school.part(EmailSender).deliver(false));
  school.clock.stopAt(null);
}

/** The rows of a table that refer to the person, by the entities. */
const countOf = async (sql: string): Promise<number> =>
  (await school.database.row({ total: int }, `SELECT count(*) AS total FROM ${sql}`, [person.id]))!.total;

test('the scanner finds every mark of a person who has lived in the school', async () => {
  person = await liveInSchool();
  await learn(person);
  await useCoins(person);
  await teachBefore(person);
  await school.settle();
  await mailNotifications();
  const found = await findMarks(school);
  const seen = new Set(found.map((place) => place.split(': ')[1]));
  expect(Object.keys(marks).filter((mark) => !seen.has(mark))).toEqual([]);
  // Other people's notifications name the person too.
  expect(found).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/notifications_notification"?\.message: username/),
      expect.stringMatching(/platform_mail"?\.text_values: username/),
    ]),
  );
});

test('the preview names what must be settled, and a request without it changes nothing', async () => {
  const balance = (await done(person.get('/me/coins'))).balance;
  const preview = await done(person.get('/me/departure'));
  expect(preview).toMatchObject({ balance, obstacles: [{ kind: 'balance', count: balance }] });
  expect((await person.delete('/me', {})).body).toMatchObject({
    status: 409,
    code: 'CANNOT_LEAVE',
    obstacles: preview.obstacles,
  });
  expect((await person.get('/me')).status).toBe(200);
});

test('a person who leaves is signed out and seen nowhere, and comes back by signing in', async () => {
  const left = await done(person.delete('/me', { forfeit: true }));
  expect(new Date(left.leavesAt).getTime() - school.clock.now().getTime()).toBeCloseTo(14 * dayMs, -4);
  expect((await person.get('/me')).status).toBe(401);
  expect((await friend.get(`/users/${person.id}`)).status).toBe(404);
  expect((await friend.post('/coins/transfers', { recipientId: person.id, amount: 1 })).status).toBe(422);
  expect(await school.job('users:erase-departed')).toEqual({});

  expect((await signIn(school, marks.username, 'not the password')).status).toBe(401);
  expect((await friend.get(`/users/${person.id}`)).status).toBe(404);
  const back = await signIn(school, marks.username);
  expect(back.status).toBe(200);
  person = new Client(school, back.body.accessToken, person.id, marks.username);
  expect((await done(person.get('/me'))).firstName).toBe(marks.firstName);
  expect((await friend.get(`/users/${person.id}`)).status).toBe(200);
  const kinds = (await done(person.get('/me/security-events'))).data.map(({ kind }: { kind: string }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['departure_requested', 'departure_cancelled']));
  const mails = await school.database.rows(
    { template: text },
    `SELECT template FROM platform_mail WHERE person_id = $1 AND template LIKE 'users.departure%' ORDER BY id`,
    [person.id],
  );
  expect(mails.map(({ template }) => template)).toEqual(['users.departure-requested', 'users.departure-cancelled']);
});

test('after the cool-off nothing personal is left anywhere, and the books balance', async () => {
  await done(person.delete('/me', { forfeit: true }));
  const [seats] = await school.database.rows(
    { count: int },
    'SELECT enrolled_count AS count FROM courses_course WHERE id = $1',
    [course.id],
  );
  // Coins that arrive during the cool-off are forfeited too.
  await done(admin.post('/rewards/adjustments', { userId: person.id, amount: 3, reason: 'A late prize' }));
  await school.settle();
  moveClock(13.9);
  expect(await school.job('users:erase-departed')).toEqual({});
  moveClock(0.2);
  logged.length = 0;
  expect(await school.job('users:erase-departed')).toEqual({ erased: 1, waiting: 0, returned: 0, failed: 0 });
  await school.settle();
  expect(await findMarks(school)).toEqual([]);
  expect(logged.join('').toLowerCase()).not.toContain('xmark');
  expect(await school.job('users:erase-departed')).toEqual({});
  const deadEvents = await school.database.rows(
    { payload: text },
    'SELECT CAST(payload AS text) AS payload FROM platform_outbox',
  );
  expect(deadEvents).toEqual([{ payload: expect.stringContaining('Of somebody else') }]);

  expect(await countOf('users_session WHERE user_id = $1')).toBe(0);
  expect(await countOf('platform_mail WHERE person_id = $1')).toBe(0);
  expect(await countOf('notifications_preference WHERE user_id = $1')).toBe(0);
  expect(await countOf('platform_idempotency WHERE user_id = $1')).toBe(0);
  expect(await countOf('notifications_notification WHERE user_id = $1')).toBe(0);
  expect(await countOf('users_user WHERE id = $1 AND teo_coins > 0')).toBe(0);
  expect(await countOf(`rewards_teocointransaction WHERE user_id = $1 AND transaction_type = 'forfeiture'`)).toBe(1);
  expect(await countOf('courses_exercisesubmission WHERE student_id = $1 AND score = 60')).toBe(1);
  const [freed] = await school.database.rows(
    { count: int },
    'SELECT enrolled_count AS count FROM courses_course WHERE id = $1',
    [course.id],
  );
  expect(freed!.count).toBe(seats!.count - 1);
  await expectNoViolations(school);
  const totals = (await school.job('progress:prove-totals')) as object;
  const counts = (await school.job('notifications:recount')) as object;
  expect(new Set(Object.values({ ...totals, ...counts }))).toEqual(new Set([0]));
});

test('who has left cannot come back, not even with the same address or through an administrator', async () => {
  expect(await unverifiedStatus()).toBe(401);
  const again = { username: 'somebody', password: goodPassword, role: 'student' };
  for (const email of [marks.email, marks.email.toUpperCase()])
    expect((await school.visitor.post('/auth/register', { ...again, email })).body).toMatchObject({
      status: 409,
      code: 'EMAIL_TAKEN',
    });
  const signedIn = await signIn(school, friend.username).then(() => school.signedIn(friend));
  expect((await signedIn.get(`/users/${person.id}`)).status).toBe(404);
  const freshAdmin = await school.signedIn(admin);
  for (const method of ['put', 'delete'] as const)
    expect((await freshAdmin[method](`/users/${person.id}/activation`)).body).toMatchObject({
      status: 409,
      code: 'PERSON_HAS_LEFT',
    });
  // Staff still read the scores and the account, without the work.
  const freshTeacher = await school.signedIn(teacher);
  const submissions = (await done(freshAdmin.get(`/users/${person.id}/submissions`))).data;
  const submission = await done(freshTeacher.get(`/submissions/${submissions[0].id}`));
  expect(submission).toMatchObject({
    score: 60,
    feedback: '',
    student: { username: `@former-${person.id}`, name: '' },
  });
  for (const path of [`/courses/${course.id}/gradebook`, `/courses/${course.id}/stuck-learners`, '/me/grading'])
    expect((await freshTeacher.get(path)).status).toBe(200);
  for (const path of ['', '/overview', '/enrollments', '/transactions', '/security-events'])
    expect((await freshAdmin.get(`/users/${person.id}${path}`)).status).toBe(200);
  // The friend keeps the transfers, without the name and the messages.
  const { data } = await done(signedIn.get('/me/coins/transactions'));
  expect(data.map(({ counterpart, description }: any) => [counterpart?.username, description])).toEqual(
    expect.arrayContaining([[`@former-${person.id}`, '']]),
  );
});

if (testEngine() === 'sqlite')
  test('after VACUUM nothing of the person is left in the pages of the SQLite file', async () => {
    const query = (sql: string) => unguarded(() => school.database.dialect.dataSource.query(sql));
    await query('VACUUM');
    await query('PRAGMA wal_checkpoint(TRUNCATE)');
    const file = school.url.replace('sqlite:', '');
    for (const name of [file, `${file}-wal`]) expect(readFileSync(name, 'latin1').toLowerCase()).not.toContain('xmark');
  });

test('coins that reach somebody who has left are forfeited by the next run', async () => {
  const freshAdmin = await school.signedIn(admin);
  await done(freshAdmin.post('/rewards/adjustments', { userId: person.id, amount: 7, reason: 'A corrected grade' }));
  expect(await school.job('users:erase-departed')).toMatchObject({ erased: 1 });
  expect(await countOf('users_user WHERE id = $1 AND teo_coins > 0')).toBe(0);
  await expectNoViolations(school);
  expect(await school.job('users:erase-departed')).toEqual({});
});
