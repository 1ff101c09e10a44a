import { getMetadataArgsStorage } from 'typeorm';
import { Passwords } from '../../src/modules/users';
import { PersonalDataRegistry } from '../../src/modules/users/leaving/personal-data';
import { DepartureFindings } from '../../src/modules/users/leaving/departure-findings';
import { LinkTokens } from '../../src/platform/auth/link-tokens';
import { int, jsonOf, text } from '../../src/platform/database/columns';
import { outsideUnits } from '../../src/platform/database/scope/unit-of-work';
import { createWallet, schoolOnChain } from '../chain/unreachable-chain';
import { endow } from '../rewards/ledger-state';
import { aPublishedCourse } from '../support/courses';
import { Client, type School } from '../support/school';
import { beginSignIn, clientOf, completeSignIn, registerWithFactor } from './factor-fixtures';
import { goodPassword, register, signIn, type Registered } from './user-fixtures';

let school: School;
let admin: Client;
beforeAll(async () => {
  school = await schoolOnChain({ WALLET_COOLDOWN_MINUTES: '0' });
  admin = await school.admin();
});
afterAll(() => school.close());
afterEach(() => school.clock.stopAt(null));

const run = (sql: string, values: unknown[]) =>
  school.database.transaction(() => school.database.run(sql, values as never));
const leave = (person: { client: Client }, body = {}) => person.client.delete('/me', body);
const erase = (): Promise<unknown> => school.job('users:erase-departed');
const passCoolOff = () => school.clock.stopAt(new Date(school.clock.now().getTime() + 15 * 86_400_000));
const isErased = async ({ id }: { id: number }): Promise<boolean> =>
  (await school.database.row({ username: text }, 'SELECT username FROM users_user WHERE id = $1', [id]))!.username ===
  `@former-${id}`;

/** A person whose cool-off is over. */
async function aLeftPerson(): Promise<Registered> {
  const person = await register(school);
  expect((await leave(person)).status).toBe(200);
  await run('UPDATE users_departure SET due_at = requested_at WHERE user_id = $1', [person.id]);
  return person;
}

describe('what prevents a person from leaving', () => {
  const obstaclesOf = async (client: Client) => (await client.get('/me/departure')).body.obstacles;

  test('coins, unless the person gives them up', async () => {
    const person = await register(school);
    await endow(school, person.id, 40);
    expect(await obstaclesOf(person.client)).toMatchObject([{ kind: 'balance', count: 40 }]);
    expect((await leave(person)).body).toMatchObject({ status: 409, code: 'CANNOT_LEAVE' });
    expect((await leave(person, { forfeit: false })).status).toBe(409);
    expect((await leave(person, { forfeit: true })).body).toMatchObject({ balance: 40 });
  });

  test('courses that are not archived, even if the coins are given up', async () => {
    const teacher = await school.teacher();
    const [course, draft] = [await aPublishedCourse(school, teacher.id), await aPublishedCourse(school, teacher.id)];
    await run('UPDATE courses_course SET is_published = $2 WHERE id = $1', [draft.id, false]);
    expect(await obstaclesOf(teacher)).toMatchObject([{ kind: 'courses', count: 2 }]);
    expect((await leave({ client: teacher }, { forfeit: true })).status).toBe(409);
    for (const { id } of [course, draft]) await teacher.delete(`/courses/${id}`);
    expect(await obstaclesOf(teacher)).toEqual([]);
  });

  test('a withdrawal that has not ended', async () => {
    const person = await register(school);
    await endow(school, person.id, 10);
    const walletId = await createWallet(person.client);
    expect((await person.client.post('/coins/withdrawals', { walletId, amount: 10 })).status).toBe(201);
    expect(await obstaclesOf(person.client)).toMatchObject([{ kind: 'pending_withdrawals', count: 1 }]);
    expect((await leave(person, { forfeit: true })).status).toBe(409);
  });

  test('nobody else being an administrator', async () => {
    const alone = await schoolOnChain();
    const only = await alone.admin();
    expect(await obstaclesOf(only)).toMatchObject([{ kind: 'last_administrator' }]);
    const second = await alone.admin();
    expect(await obstaclesOf(only)).toEqual([]);
    // Of two administrators who leave at the same moment one stays.
    const answers = await Promise.all([only, second].map((client) => leave({ client })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await alone.close();
  });

  test('the same request at the same moment: one closes the account, the other is not signed in any more', async () => {
    const person = await register(school);
    const answers = await Promise.all([leave(person), leave(person)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  test('an old sign-in', async () => {
    const person = await register(school);
    await run('UPDATE users_session SET proven_at = $2 WHERE user_id = $1', [person.id, new Date(0)]);
    const client = clientOf(school, await signIn(school, person.username));
    await run('UPDATE users_session SET proven_at = $2 WHERE user_id = $1', [person.id, new Date(0)]);
    expect((await client.delete('/me', {})).body).toMatchObject({ status: 403, code: 'REAUTHENTICATION_REQUIRED' });
  });
});

describe('a course that is handed over', () => {
  const handOver = (by: Client, courseId: number, teacherId: number) =>
    by.put(`/courses/${courseId}/teacher`, { teacherId });

  test('belongs to another approved teacher, and the old one can leave', async () => {
    const [old, next] = [await school.teacher(), await school.teacher()];
    const course = await aPublishedCourse(school, old.id);
    expect((await handOver(old, course.id, next.id)).status).toBe(204);
    expect((await next.get(`/courses/${course.id}`)).body.teacher.id).toBe(next.id);
    expect((await next.get('/me/courses')).body.data).toMatchObject([{ id: course.id }]);
    expect((await handOver(old, course.id, old.id)).status).toBe(403);
    expect((await handOver(admin, course.id, next.id)).status).toBe(204);
    expect((await leave({ client: old })).status).toBe(200);
  });

  test('goes to nobody who may not teach, is a student of it, or has left', async () => {
    const [teacher, enrolled] = [await school.teacher(), await school.teacher()];
    const course = await aPublishedCourse(school, teacher.id);
    await enrolled.post(`/courses/${course.id}/enrollment`);
    const leaving = await school.teacher();
    await leave({ client: leaving });
    const refused = [await school.student(), await school.teacher({ approved: false }), enrolled, leaving];
    for (const { id } of [...refused, { id: 999_999 }])
      expect((await handOver(teacher, course.id, id)).body).toMatchObject({
        status: 422,
        code: 'TEACHER_NOT_AVAILABLE',
      });
    const other = await school.teacher();
    expect((await handOver(other, course.id, other.id)).status).toBe(403);
    expect((await handOver(enrolled, 999_999, teacher.id)).status).toBe(404);
  });
});

test('an administrator closes an account with a reason, which the person is told', async () => {
  const person = await register(school);
  const path = `/users/${person.id}/activation`;
  expect((await admin.delete(path, { reason: ' Sells coins ' })).status).toBe(200);
  expect((await admin.delete(path, { reason: 'Again' })).status).toBe(200);
  const events = (await admin.get(`/users/${person.id}/security-events`)).body.data;
  expect(events.filter(({ kind }: { kind: string }) => kind === 'account_closed')).toMatchObject([
    { note: 'Sells coins', actorId: admin.id },
  ]);
  const mails = await school.database.rows(
    { stored: text },
    `SELECT text_values AS stored FROM platform_mail WHERE person_id = $1 AND template = 'users.account-closed'`,
    [person.id],
  );
  expect(JSON.stringify(mails)).toMatch(/Sells coins/);
  expect(mails).toHaveLength(1);
});

describe('coming back', () => {
  test('needs the second factor of those who have one', async () => {
    const person = await registerWithFactor(school);
    expect((await leave(person)).status).toBe(200);
    const challenge = await beginSignIn(school, person.username);
    expect((await admin.get(`/users?username=${person.username}`)).body.data[0].isActive).toBe(false);
    school.clock.stopAt(new Date(school.clock.now().getTime() + 60_000));
    const back = await completeSignIn(school, challenge, person.app.code());
    expect(back.status).toBe(200);
    expect((await clientOf(school, back).get('/me')).status).toBe(200);
    passCoolOff();
    await erase();
    expect(await isErased(person)).toBe(false);
  });

  test('also counts if the person asked to leave while the password was being checked', async () => {
    const person = await register(school);
    const passwords = school.part(Passwords);
    const check = jest.spyOn(passwords, 'isCorrect').mockImplementationOnce(async (...values) => {
      await leave(person);
      return passwords.isCorrect(...values);
    });
    const back = await signIn(school, person.username);
    check.mockRestore();
    expect((await clientOf(school, back).get('/me')).status).toBe(200);
    expect((await clientOf(school, back).get('/me/security-events')).body.data).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'departure_cancelled' })]),
    );
  });

  test('is possible with a forgotten password', async () => {
    const person = await register(school);
    await leave(person);
    await school.visitor.post('/auth/password-reset-request', { email: person.email });
    await school.settle();
    const mailSql = `SELECT text_values AS stored FROM platform_mail WHERE person_id = $1 AND template = 'users.password-reset'`;
    const [mail] = await school.database.rows({ stored: jsonOf<{ seed: string }>() }, mailSql, [person.id]);
    const token = school.part(LinkTokens).create('password-reset', mail!.stored.seed);
    const newPassword = 'boats in the evening sun';
    expect((await school.visitor.post('/auth/password-reset', { token, newPassword })).status).toBe(204);
    expect((await admin.get(`/users?username=${person.username}`)).body.data[0].isActive).toBe(false);
    expect((await signIn(school, person.username, newPassword)).status).toBe(200);
    expect((await admin.get(`/users?username=${person.username}`)).body.data[0].isActive).toBe(true);
  });

  test('an administrator who opens the account cancels the departure, and one who closes it keeps the person out', async () => {
    const [opened, closed] = [await register(school), await register(school)];
    for (const person of [opened, closed]) await leave(person);
    expect((await admin.put(`/users/${opened.id}/activation`)).body).toMatchObject({ isActive: true });
    expect((await admin.delete(`/users/${closed.id}/activation`)).body).toMatchObject({ isActive: false });
    expect((await signIn(school, closed.username)).status).toBe(401);
    passCoolOff();
    await erase();
    expect([await isErased(opened), await isErased(closed)]).toEqual([false, false]);
  });

  test('at the same moment as the job: either the person is back, or nothing of them is left', async () => {
    for (let round = 0; round < 5; round++) {
      const person = await aLeftPerson();
      const [signedIn] = await Promise.all([signIn(school, person.username), erase()]);
      expect([200, 401]).toContain(signedIn.status);
      expect(await isErased(person)).toBe(signedIn.status === 401);
      if (signedIn.status === 200)
        expect((await new Client(school, signedIn.body.accessToken).get('/me')).status).toBe(200);
    }
  });
});

describe('an administrator at the same moment', () => {
  test('as the person who leaves: the account is closed for good, and no departure can open it', async () => {
    for (let round = 0; round < 5; round++) {
      const person = await register(school);
      const [left, closed] = await Promise.all([leave(person), admin.delete(`/users/${person.id}/activation`)]);
      expect([200, 401]).toContain(left.status);
      expect(closed.body).toMatchObject({ isActive: false });
      expect((await signIn(school, person.username)).status).toBe(401);
      const sql = 'SELECT count(*) AS count FROM users_departure WHERE user_id = $1';
      expect(await school.database.row({ count: int }, sql, [person.id])).toEqual({ count: 0 });
    }
  });

  test('as the job: either the account is open, or nothing of the person is left', async () => {
    for (let round = 0; round < 5; round++) {
      const person = await aLeftPerson();
      const [opened] = await Promise.all([admin.put(`/users/${person.id}/activation`), erase()]);
      expect([200, 409]).toContain(opened.status);
      expect(await isErased(person)).toBe(opened.status === 409);
      if (opened.status === 200) expect((await signIn(school, person.username)).status).toBe(200);
    }
  });
});

test('the preview of a departure waits for nobody who holds the row of the person', async () => {
  const person = await register(school);
  await school.database.transaction(async () => {
    const sql = `SELECT id FROM users_user WHERE id = $1${school.database.dialect.forUpdate()}`;
    await school.database.row({ id: int }, sql, [person.id]);
    const preview = await outsideUnits(() => person.client.get('/me/departure'));
    expect(preview.status).toBe(200);
  });
});

describe('the job', () => {
  test('removes one person in one transaction, so that a failure leaves everything, and others are removed', async () => {
    const [broken, other] = [await aLeftPerson(), await aLeftPerson()];
    const { parts } = school.part(PersonalDataRegistry);
    const last = parts.at(-1)!;
    const original = last.erase.bind(last);
    last.erase = (id) => (id === broken.id ? Promise.reject(new Error('The disk is full')) : original(id));
    await expect(erase()).rejects.toThrow('The disk is full');
    last.erase = original;
    expect([await isErased(broken), await isErased(other)]).toEqual([false, true]);
    expect((await admin.get(`/users/${broken.id}`)).body.email).toBe(broken.email);
    await erase();
    expect(await isErased(broken)).toBe(true);
  });

  test('waits for what must be settled, and a finding tells the administrators', async () => {
    const person = await aLeftPerson();
    const course = await aPublishedCourse(school, person.id);
    expect(await erase()).toMatchObject({ waiting: 1, erased: 0 });
    expect(await isErased(person)).toBe(false);
    school.clock.stopAt(new Date(school.clock.now().getTime() + 2 * 86_400_000));
    expect(await school.part(DepartureFindings).findings()).toMatchObject([{ kind: 'late-departures' }]);
    await run('UPDATE courses_course SET archived_at = $2 WHERE id = $1', [course.id, school.clock.now()]);
    await erase();
    expect(await isErased(person)).toBe(true);
    expect(await school.part(DepartureFindings).findings()).toEqual([]);
  });
});

test('nobody can change their address to that of somebody who has left', async () => {
  const [gone, other] = [await aLeftPerson(), await register(school)];
  await erase();
  const change = { newEmail: gone.email, currentPassword: goodPassword };
  expect((await other.client.post('/me/email-change', change)).body).toMatchObject({
    status: 409,
    code: 'EMAIL_TAKEN',
  });
});

describe('the tables of people', () => {
  /** Tables without a reference in the entity, which hold ids of people. */
  const withoutReference = ['users_securityevent', 'notifications_unreadcount', 'notifications_announcement'];

  test('each table that refers to people is named by the module that clears it', () => {
    const storage = getMetadataArgsStorage();
    const tableOf = (target: unknown) => storage.tables.find((table) => table.target === target)!.name!;
    const referring = storage.foreignKeys
      .filter(({ type }) => type === 'User')
      .map(({ target }) => tableOf(target))
      .filter((table) => !table.startsWith('badges_'));
    const named = school.part(PersonalDataRegistry).parts.flatMap(({ tables }) => Object.keys(tables));
    const expected = new Set([...referring, ...withoutReference, 'users_user']);
    expect([...expected].filter((table) => !named.includes(table))).toEqual([]);
    expect(named.filter((table, index) => named.indexOf(table) !== index)).toEqual([]);
  });
});

describe('what can never be changed', () => {
  const update = (assignment: string, id: number) =>
    run(`UPDATE users_securityevent SET ${assignment} WHERE person_id = $1`, [id]);

  test('security events are emptied only of people who have left', async () => {
    const [present, gone] = [await register(school), await aLeftPerson()];
    const emptied = "address = '', user_agent = '', note = ''";
    await expect(update(emptied, present.id)).rejects.toThrow(/append-only/);
    await expect(update(emptied, gone.id)).rejects.toThrow(/append-only/);
    await erase();
    for (const changed of [
      `${emptied}, kind = 'signed_in'`,
      `${emptied}, actor_id = 1`,
      "address = '', user_agent = '', note = 'better'",
      "address = '192.0.2.1', user_agent = '', note = ''",
    ])
      await expect(update(changed, gone.id)).rejects.toThrow(/append-only/);
    expect(await update(emptied, gone.id)).toBeGreaterThan(0);
  });

  test('of a ledger row only the message of a transfer can be emptied', async () => {
    const [sender, recipient] = [await school.student(), await school.student()];
    await endow(school, sender.id, 10);
    await sender.post('/coins/transfers', { recipientId: recipient.id, amount: 1, message: 'For the brush' });
    const change = (description: string, type: string) =>
      run(
        `UPDATE rewards_teocointransaction SET description = $2 WHERE user_id = $1 AND transaction_type = '${type}'`,
        [sender.id, description],
      );
    await expect(change('', 'manual_reward')).rejects.toThrow(/append-only/);
    await expect(change('For the canvas', 'transfer_sent')).rejects.toThrow(/append-only/);
    expect(await change('', 'transfer_sent')).toBe(1);
  });
});
