import { Registration } from '../../src/modules/users';
import { SecurityEvents } from '../../src/modules/users/security/security-events';
import { Logger } from '@nestjs/common';
import { School, type Client } from '../support/school';
import { goodPassword, advanceClock, register, signIn } from './user-fixtures';

let school: School;
let admin: Client;
beforeAll(async () => {
  school = await School.open({ environment: { TRUST_PROXY_HOPS: '1' } });
  admin = await school.admin();
});
afterAll(() => school.close());
afterEach(() => {
  school.clock.stopAt(null);
  jest.restoreAllMocks();
});

const headersFrom = (address: string, userAgent = 'Easel/2') => ({
  'x-forwarded-for': address,
  'user-agent': userAgent,
});
const listEvents = async (id: number) => (await admin.get(`/users/${id}/security-events?limit=100`)).body.data;
const listKinds = async (id: number) => (await listEvents(id)).map(({ kind }: { kind: string }) => kind).toReversed();
const deleteEvents = (conditionSql: string, ...values: Date[]) =>
  school.database.transaction(() =>
    school.database.run(`DELETE FROM users_securityevent WHERE ${conditionSql}`, values),
  );

describe('security events', () => {
  test('sign-ins, sign-outs and changes of the password are recorded with the actor and the address', async () => {
    const { id, username, client } = await register(school);
    await signIn(school, username, 'a wrong password', headersFrom('192.0.2.1'));
    const { body } = await signIn(school, username, goodPassword, headersFrom('192.0.2.2'));
    const bearer = { authorization: `Bearer ${body.accessToken}` };
    await school.visitor.post('/auth/logout', undefined, { ...headersFrom('192.0.2.3'), ...bearer });
    const sessions = (await client.get('/me/sessions')).body.data;
    await client.put('/me/password', { currentPassword: 'not this one', newPassword: 'quattro gatti sul tetto' });
    await client.put('/me/password', { currentPassword: goodPassword, newPassword: 'quattro gatti sul tetto' });
    await client.delete(`/me/sessions/${sessions[0].id}`);
    expect(await listKinds(id)).toEqual([
      ...['signed_up', 'sign_in_refused', 'signed_in', 'signed_out'],
      ...['password_change_refused', 'password_changed', 'session_ended'],
    ]);
    const [, , , signedOut, signedIn, refusedSignIn] = await listEvents(id);
    expect(refusedSignIn).toMatchObject({ userId: id, actorId: null, address: '192.0.2.1', userAgent: 'Easel/2' });
    expect(signedIn).toMatchObject({ userId: id, actorId: id, address: '192.0.2.2' });
    expect(signedOut).toMatchObject({ userId: id, actorId: id, address: '192.0.2.3' });
  });

  test('closing and opening an account is recorded once for each change, with the administrator', async () => {
    const { id } = await register(school);
    for (let repetition = 0; repetition < 2; repetition++)
      await admin.delete(`/users/${id}/activation`, undefined, headersFrom('192.0.2.9'));
    for (let repetition = 0; repetition < 2; repetition++) await admin.put(`/users/${id}/activation`);
    expect(await listKinds(id)).toEqual(['signed_up', 'account_closed', 'account_opened']);
    expect((await listEvents(id))[1]).toMatchObject({ userId: id, actorId: admin.id, address: '192.0.2.9' });
  });

  test('a decision about a teacher is recorded with the administrator', async () => {
    const { id } = await register(school, { role: 'teacher' });
    await admin.put(`/teachers/${id}/approval`);
    await admin.delete(`/teachers/${id}/approval`, { reason: 'No portfolio.' });
    expect(await listKinds(id)).toEqual(['signed_up', 'teacher_approved', 'teacher_suspended']);
    expect((await listEvents(id))[0]).toMatchObject({ actorId: admin.id });
  });

  test('the reuse of a refresh token and the creation of an administrator are recorded', async () => {
    const { id, refreshToken } = await register(school);
    const refresh = () => school.visitor.post('/auth/refresh', { refreshToken });
    advanceClock(school, 0);
    await refresh();
    advanceClock(school, 60);
    await refresh();
    expect(await listKinds(id)).toEqual(['signed_up', 'refresh_token_reused']);
    const account = { username: 'root.of.all', email: 'root@mail.test', password: 'ochre under old varnish' };
    const adminId = await school.part(Registration).createAdministrator(account);
    expect(await listEvents(adminId)).toMatchObject([{ kind: 'administrator_created', actorId: null }]);
  });

  test('an account is not closed if its security event cannot be recorded', async () => {
    const { id } = await register(school);
    jest.spyOn(school.part(SecurityEvents), 'record').mockRejectedValueOnce(new Error('the disk is full'));
    const closing = await school.app.inject({
      method: 'DELETE',
      url: `/api/v1/users/${id}/activation`,
      headers: { authorization: `Bearer ${admin.token}` },
    });
    expect(closing.statusCode).toBe(500);
    expect(
      (await admin.get(`/users?username=painter`)).body.data.find((person: { id: number }) => person.id === id),
    ).toMatchObject({ isActive: true });
  });

  test('of 30 failed sign-ins only the first 20 are recorded', async () => {
    const { id, username } = await register(school);
    for (let index = 0; index < 30; index++)
      await signIn(school, username, 'a wrong password', headersFrom(`2001:db8:${index}00::1`));
    expect((await listKinds(id)).filter((kind: string) => kind === 'sign_in_refused')).toHaveLength(20);
  });

  test('log lines of security events name the person and the actor', async () => {
    const [warn, log] = [jest.spyOn(Logger.prototype, 'warn'), jest.spyOn(Logger.prototype, 'log')];
    const { id, username } = await register(school);
    await signIn(school, username, 'a wrong password');
    await admin.delete(`/users/${id}/activation`);
    expect(log.mock.calls.flat()).toContain(`signed_up: person ${id}`);
    expect(warn.mock.calls.flat()).toContain(`sign_in_refused: person ${id} by an unknown actor`);
    expect(warn.mock.calls.flat()).toContain(`account_closed: person ${id} by person ${admin.id}`);
  });
});

describe('the list of security events', () => {
  test('the owner pages through their events, newest first, and other people get 403', async () => {
    const { id, client, username } = await register(school);
    await signIn(school, username);
    const first = (await client.get('/me/security-events?limit=1&withTotal=true')).body;
    expect([first.data[0].kind, first.page.total]).toEqual(['signed_in', 2]);
    const second = (await client.get(`/me/security-events?limit=1&cursor=${first.page.nextCursor}`)).body;
    expect([second.data[0].kind, second.page.hasMore]).toEqual(['signed_up', false]);
    for (const otherPerson of [client, await school.teacher()])
      expect((await otherPerson.get(`/users/${id}/security-events`)).body.code).toBe('FORBIDDEN');
  });

  test('the list of security events costs one statement', async () => {
    const { client } = await register(school);
    await client.get('/me');
    const { statements } = await school.statements(() => client.get('/me/security-events'));
    expect(statements).toHaveLength(1);
  });
});

describe('stored security events', () => {
  test('the database refuses to update a security event or to delete it within 30 days', async () => {
    const { id } = await register(school);
    const change = school.database.transaction(() =>
      school.database.run('UPDATE users_securityevent SET actor_id = NULL WHERE person_id = $1', [id]),
    );
    await expect(change).rejects.toThrow(/append-only/);
    await expect(deleteEvents('happened_at < $1', new Date(Date.now() + 60_000))).rejects.toThrow(/append-only/);
    expect(await listKinds(id)).toEqual(['signed_up']);
  });

  test('users:expire-security-events deletes events that are older than a year', async () => {
    school.clock.stopAt(new Date(Date.now() - 366 * 86_400_000));
    const old = await register(school);
    school.clock.stopAt(new Date(Date.now() - 364 * 86_400_000));
    const younger = await register(school);
    school.clock.stopAt(null);
    expect(await school.job('users:expire-security-events')).toEqual({ deleted: 1 });
    expect([await listKinds(old.id), await listKinds(younger.id)]).toEqual([[], ['signed_up']]);
  });
});
