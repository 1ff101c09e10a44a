import { MailDelivery } from '../../src/platform/mail/mail-delivery';
import { endow } from '../rewards/ledger-state';
import { Client, School } from '../support/school';
import { SmtpReceiver } from '../support/smtp';
import { advanceClock, goodPassword, register, signIn, statusesOf } from './user-fixtures';

const newPassword = 'boats in the evening sun';

let smtp: SmtpReceiver;
let school: School;
let admin: Client;
beforeAll(async () => {
  smtp = await SmtpReceiver.start();
  school = await School.open({ environment: smtp.settings });
  admin = await school.admin();
});
afterAll(async () => {
  await school.close();
  await smtp.stop();
});
beforeEach(() => smtp.reset());
afterEach(() => school.clock.stopAt(null));

async function deliver(): Promise<void> {
  await school.settle();
  await school.part(MailDelivery).drain(4, 2);
}
const forget = (email: string) => school.visitor.post('/auth/password-reset-request', { email });
const reset = (token: string, password = newPassword) =>
  school.visitor.post('/auth/password-reset', { token, newPassword: password });
const subjectsTo = (address: string): string[] => smtp.mailsTo(address).map(({ headers }) => headers.subject!);
const resetMailsTo = (address: string) =>
  smtp.mailsTo(address).filter(({ text }) => text.includes('/reset-password#token='));
async function tokenFor(email: string): Promise<string> {
  await forget(email);
  await deliver();
  return /#token=([\w-]{43})\n/.exec(resetMailsTo(email).at(-1)!.text)![1]!;
}

test('a forgotten password is set with a link by mail: sessions end, coins are held, and the person is told', async () => {
  const [noor, mia] = [await register(school), await school.student()];
  await endow(school, noor.id, 5);
  const token = await tokenFor(noor.email.toUpperCase().toLowerCase());
  expect((await reset(token)).status).toBe(204);
  expect((await reset(token)).body.code).toBe('RESET_TOKEN_REFUSED');
  expect((await noor.client.get('/me')).status).toBe(401);
  const me = new Client(school, (await signIn(school, noor.username, newPassword)).body.accessToken);
  expect((await me.get('/me')).body.emailVerifiedAt).toEqual(expect.any(String));
  expect((await me.post('/coins/transfers', { recipientId: mia.id, amount: 1 })).body.code).toBe('COINS_HELD');
  await deliver();
  expect(subjectsTo(noor.email)).toContain('Your password was reset');
});

test('a link by mail works once and for 30 minutes, and five concurrent uses set one password', async () => {
  const [late, quick] = [await register(school), await register(school)];
  const expired = await tokenFor(late.email);
  const token = await tokenFor(quick.email);
  const responses = await Promise.all([1, 2, 3, 4, 5].map((number) => reset(token, `${newPassword} ${number}`)));
  expect(statusesOf(responses)).toEqual([204, 422, 422, 422, 422]);
  advanceClock(school, 30 * 60 + 1);
  expect((await reset(expired)).body.code).toBe('RESET_TOKEN_REFUSED');
});

test('the response and the statements are the same for a known, an unknown, a closed and an unverified address', async () => {
  const [known, closed, unverified] = [await register(school), await register(school), await register(school)];
  await reset(await tokenFor(known.email));
  await admin.delete(`/users/${closed.id}/activation`);
  await deliver();
  smtp.reset();
  const addresses = [known.email, closed.email, unverified.email, 'nobody@mail.test', `${admin.username}@school.test`];
  const seen = [];
  for (const email of addresses) {
    const { result, statements } = await school.statements(() => forget(email));
    seen.push({ status: result.status, body: result.body, statements });
  }
  for (const each of seen) expect(each).toEqual(seen[0]);
  expect(seen[0]!.status).toBe(204);
  await deliver();
  // Who has not verified the address gets the mail too, because its use proves the address. An administrator asks an operator.
  expect(smtp.received.flatMap(({ to }) => to).sort()).toEqual([known.email, unverified.email].sort());
});

test('repeated requests within five minutes send one mail, and the first link still works', async () => {
  const noor = await register(school);
  const token = await tokenFor(noor.email);
  await forget(noor.email);
  await deliver();
  expect(resetMailsTo(noor.email)).toHaveLength(1);
  expect((await reset(token)).status).toBe(204);
});

test('a request by mail does not cancel the link of an administrator', async () => {
  const noor = await register(school);
  const { body } = await admin.post(`/users/${noor.id}/password-reset`);
  await forget(noor.email);
  await deliver();
  expect((await reset(body.token)).status).toBe(204);
});

test('requests from one network are limited, whatever the address', async () => {
  const strict = await School.open({ environment: { ...smtp.settings, REGISTRATION_LIMIT_PER_HOUR: '3' } });
  const tries = [];
  for (let index = 0; index < 4; index++)
    tries.push((await strict.visitor.post('/auth/password-reset-request', { email: `x${index}@mail.test` })).status);
  expect(tries).toEqual([204, 204, 204, 429]);
  await strict.close();
});

test('the owner gets a mail when the password changes, a link is created, and a session is reused', async () => {
  const noor = await register(school);
  await admin.post(`/users/${noor.id}/password-reset`);
  const { refreshToken } = noor;
  await school.visitor.post('/auth/refresh', { refreshToken });
  advanceClock(school, 60);
  await school.visitor.post('/auth/refresh', { refreshToken });
  school.clock.stopAt(null);
  const { accessToken } = (await signIn(school, noor.username)).body;
  const me = new Client(school, accessToken);
  await me.put('/me/password', { currentPassword: goodPassword, newPassword });
  await deliver();
  expect(subjectsTo(noor.email)).toEqual(
    expect.arrayContaining([
      'A link to set your password was created',
      'We ended one of your sessions',
      'Your password was changed',
    ]),
  );
});

describe('a sign-in', () => {
  const firefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0' };
  const newFirefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0' };
  const phone = { 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Safari/604.1' };

  test('from a new device is told by mail once, and from a known or updated one it is not', async () => {
    const noor = await register(school);
    await signIn(school, noor.username, goodPassword, firefox);
    await deliver();
    smtp.reset();
    await signIn(school, noor.username, goodPassword, newFirefox);
    await signIn(school, noor.username, goodPassword, phone);
    await signIn(school, noor.username, goodPassword, phone);
    await deliver();
    expect(subjectsTo(noor.email)).toEqual(['New sign-in to your account']);
    expect(smtp.mailsTo(noor.email)[0]!.text).toContain('iPhone');
  });

  test('that is the first of an imported person is not told, because there is nothing to compare with', async () => {
    const noor = await register(school);
    await school.database.transaction(() =>
      school.database.run('DELETE FROM users_session WHERE user_id = $1', [noor.id]),
    );
    await deliver();
    smtp.reset();
    await signIn(school, noor.username, goodPassword, firefox);
    await deliver();
    expect(smtp.received).toEqual([]);
  });
});
