import { Registration } from '../../src/modules/users';
import { SecurityEvents } from '../../src/modules/users/security/security-events';
import { Logger } from '@nestjs/common';
import { School, type Client } from '../support/school';
import { goodPassword, later, register, signIn } from './user-fixtures';

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

const from = (address: string, userAgent = 'Easel/2') => ({ 'x-forwarded-for': address, 'user-agent': userAgent });
const recorded = async (id: number) => (await admin.get(`/users/${id}/security-events?limit=100`)).body.data;
const kinds = async (id: number) => (await recorded(id)).map(({ kind }: { kind: string }) => kind).toReversed();
const remove = (where: string, ...values: Date[]) =>
  school.database.transaction(() => school.database.run(`DELETE FROM users_securityevent WHERE ${where}`, values));

describe('the record of an account', () => {
  test('says who came and went, and from where', async () => {
    const { id, username, client } = await register(school);
    await signIn(school, username, 'a wrong password', from('192.0.2.1'));
    const { body } = await signIn(school, username, goodPassword, from('192.0.2.2'));
    const bearer = { authorization: `Bearer ${body.accessToken}` };
    await school.visitor.post('/auth/logout', undefined, { ...from('192.0.2.3'), ...bearer });
    const sessions = (await client.get('/me/sessions')).body.data;
    await client.put('/me/password', { currentPassword: 'not this one', newPassword: 'quattro gatti sul tetto' });
    await client.put('/me/password', { currentPassword: goodPassword, newPassword: 'quattro gatti sul tetto' });
    await client.delete(`/me/sessions/${sessions[0].id}`);
    expect(await kinds(id)).toEqual([
      ...['signed_up', 'sign_in_refused', 'signed_in', 'signed_out'],
      ...['password_change_refused', 'password_changed', 'session_ended'],
    ]);
    const [, , , out, inside, refused] = await recorded(id);
    expect(refused).toMatchObject({ personId: id, actorId: null, address: '192.0.2.1', userAgent: 'Easel/2' });
    expect(inside).toMatchObject({ personId: id, actorId: id, address: '192.0.2.2' });
    expect(out).toMatchObject({ personId: id, actorId: id, address: '192.0.2.3' });
  });

  test('says which administrator closed and opened it, once for each change', async () => {
    const { id } = await register(school);
    for (const _ of [1, 2]) await admin.delete(`/users/${id}/activation`, undefined, from('192.0.2.9'));
    for (const _ of [1, 2]) await admin.put(`/users/${id}/activation`);
    expect(await kinds(id)).toEqual(['signed_up', 'account_closed', 'account_opened']);
    expect((await recorded(id))[1]).toMatchObject({ personId: id, actorId: admin.id, address: '192.0.2.9' });
  });

  test('says who decided about a teacher', async () => {
    const { id } = await register(school, { role: 'teacher' });
    await admin.put(`/teachers/${id}/approval`);
    await admin.delete(`/teachers/${id}/approval`, { reason: 'No portfolio.' });
    expect(await kinds(id)).toEqual(['signed_up', 'teacher_approved', 'teacher_suspended']);
    expect((await recorded(id))[0]).toMatchObject({ actorId: admin.id });
  });

  test('says that a refresh token was used by two, and that the command line made an administrator', async () => {
    const { id, refreshToken } = await register(school);
    const refresh = () => school.visitor.post('/auth/refresh', { refreshToken });
    later(school, 0);
    await refresh();
    later(school, 60);
    await refresh();
    expect(await kinds(id)).toEqual(['signed_up', 'refresh_token_reused']);
    const account = { username: 'root.of.all', email: 'root@mail.test', password: 'ochre under old varnish' };
    const adminId = await school.part(Registration).createAdministrator(account);
    expect(await recorded(adminId)).toMatchObject([{ kind: 'administrator_created', actorId: null }]);
  });

  test('is written with what it records, or not at all', async () => {
    const { id } = await register(school);
    jest.spyOn(school.part(SecurityEvents), 'record').mockRejectedValueOnce(new Error('the disk is full'));
    const closing = await school.app.inject({
      method: 'DELETE',
      url: `/api/v1/users/${id}/activation`,
      headers: { authorization: `Bearer ${admin.token}` },
    });
    expect(closing.statusCode).toBe(500);
    expect(
      (await admin.get(`/users?username=painter`)).body.data.find((one: { id: number }) => one.id === id),
    ).toMatchObject({ isActive: true });
  });

  test('is not filled by a guesser', async () => {
    const { id, username } = await register(school);
    for (let i = 0; i < 30; i++) await signIn(school, username, 'a wrong password', from(`2001:db8:${i}00::1`));
    expect((await kinds(id)).filter((kind: string) => kind === 'sign_in_refused')).toHaveLength(20);
  });

  test('names the person in the log', async () => {
    const [warn, log] = [jest.spyOn(Logger.prototype, 'warn'), jest.spyOn(Logger.prototype, 'log')];
    const { id, username } = await register(school);
    await signIn(school, username, 'a wrong password');
    await admin.delete(`/users/${id}/activation`);
    expect(log.mock.calls.flat()).toContain(`signed_up: person ${id}`);
    expect(warn.mock.calls.flat()).toContain(`sign_in_refused: person ${id} by an unknown actor`);
    expect(warn.mock.calls.flat()).toContain(`account_closed: person ${id} by person ${admin.id}`);
  });
});

describe('the list of it', () => {
  test('is for its owner and for administrators, page by page, the newest first', async () => {
    const { id, client, username } = await register(school);
    await signIn(school, username);
    const first = (await client.get('/me/security-events?limit=1&withTotal=true')).body;
    expect([first.data[0].kind, first.page.total]).toEqual(['signed_in', 2]);
    const second = (await client.get(`/me/security-events?limit=1&cursor=${first.page.nextCursor}`)).body;
    expect([second.data[0].kind, second.page.hasMore]).toEqual(['signed_up', false]);
    for (const stranger of [client, await school.teacher()])
      expect((await stranger.get(`/users/${id}/security-events`)).body.code).toBe('FORBIDDEN');
  });

  test('costs one statement', async () => {
    const { client } = await register(school);
    await client.get('/me');
    const { statements } = await school.statements(() => client.get('/me/security-events'));
    expect(statements).toHaveLength(1);
  });
});

describe('a row of it', () => {
  test('is not changed, and not deleted within 30 days, whoever tries', async () => {
    const { id } = await register(school);
    const change = school.database.transaction(() =>
      school.database.run('UPDATE users_securityevent SET actor_id = NULL WHERE person_id = $1', [id]),
    );
    await expect(change).rejects.toThrow(/append-only/);
    await expect(remove('happened_at < $1', new Date(Date.now() + 60_000))).rejects.toThrow(/append-only/);
    expect(await kinds(id)).toEqual(['signed_up']);
  });

  test('goes after a year, by the job', async () => {
    school.clock.stopAt(new Date(Date.now() - 366 * 86_400_000));
    const old = await register(school);
    school.clock.stopAt(new Date(Date.now() - 364 * 86_400_000));
    const younger = await register(school);
    school.clock.stopAt(null);
    expect(await school.job('users:expire-security-events')).toEqual({ deleted: 1 });
    expect([await kinds(old.id), await kinds(younger.id)]).toEqual([[], ['signed_up']]);
  });
});
