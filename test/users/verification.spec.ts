import { Accounts, Sessions } from '../../src/modules/users';
import { MailDelivery } from '../../src/platform/mail/mail-delivery';
import { int, text } from '../../src/platform/database/columns';
import { endow } from '../rewards/ledger-state';
import { Client, School } from '../support/school';
import { SmtpReceiver } from '../support/smtp';
import { registerWithFactor } from './factor-fixtures';
import { advanceClock, goodPassword, register, signIn, statusesOf, type Registered } from './user-fixtures';

const newPassword = 'boats in the evening sun';

let smtp: SmtpReceiver;
let school: School;
let admin: Client;
beforeAll(async () => {
  smtp = await SmtpReceiver.start();
  school = await School.open({
    environment: { ...smtp.settings, EMAIL_VERIFICATION_URL: 'https://school.test/verify' },
  });
  admin = await school.admin();
});
afterAll(async () => {
  await school.close();
  await smtp.stop();
});
beforeEach(() => smtp.reset());
afterEach(() => school.clock.stopAt(null));

/** Delivers the events and sends the mails. */
async function deliver(): Promise<void> {
  await school.settle();
  await school.part(MailDelivery).drain(4, 2);
}

/** The token of the link in the newest mail to an address. */
async function tokenMailedTo(address: string): Promise<string> {
  await deliver();
  return /#token=([\w-]{43})\n/.exec(smtp.mailsTo(address).at(-1)!.text)![1]!;
}
const confirm = (token: string, by: Client = school.visitor) => by.post('/auth/email-verification', { token });
const askForChange = (person: Registered, newEmail: string, currentPassword = goodPassword) =>
  person.client.post('/me/email-change', { newEmail, currentPassword });
const verifiedAt = async ({ client }: Registered): Promise<string | null> =>
  (await client.get('/me')).body.emailVerifiedAt;
const kindsOf = async ({ id }: { id: number }): Promise<string[]> =>
  (await admin.get(`/users/${id}/security-events`)).body.data.map(({ kind }: { kind: string }) => kind);
const transfer = (from: Client, recipientId: number) => from.post('/coins/transfers', { recipientId, amount: 1 });

describe('an address', () => {
  test('is verified with the link of the mail that a registration sends, while signed in', async () => {
    const noor = await register(school, { language: 'it', timezone: 'Europe/Rome' });
    expect(await verifiedAt(noor)).toBeNull();
    const token = await tokenMailedTo(noor.email);
    const [mail] = smtp.mailsTo(noor.email);
    expect(mail!.headers.subject).toBe('Verifica il tuo indirizzo');
    expect(mail!.text).toContain(`https://school.test/verify#token=${token}`);
    expect(await confirm(token, noor.client)).toMatchObject({
      status: 200,
      body: { email: noor.email, passwordReset: null },
    });
    expect(await verifiedAt(noor)).toEqual(expect.any(String));
    expect((await signIn(school, noor.username)).status).toBe(200);
    expect(await kindsOf(noor)).toContain('email_verified');
    expect((await noor.client.post('/auth/email-verification-request')).body.code).toBe('EMAIL_ALREADY_VERIFIED');
    expect((await confirm(token, noor.client)).body.code).toBe('VERIFICATION_TOKEN_REFUSED');
  });

  test('gets another link on request, which replaces the first, and none within a minute', async () => {
    const noor = await register(school);
    const first = await tokenMailedTo(noor.email);
    await noor.client.post('/auth/email-verification-request');
    await deliver();
    expect(smtp.mailsTo(noor.email)).toHaveLength(1);
    advanceClock(school, 61);
    await noor.client.post('/auth/email-verification-request');
    const second = await tokenMailedTo(noor.email);
    expect(second).not.toBe(first);
    expect((await confirm(first, noor.client)).status).toBe(422);
    expect((await confirm(second, noor.client)).status).toBe(200);
  });

  test('is not verified by a wrong or expired token, or after the account was closed; the responses are equal', async () => {
    const [late, closed] = [await register(school), await register(school)];
    const ofClosed = await tokenMailedTo(closed.email);
    await admin.delete(`/users/${closed.id}/activation`);
    const expired = await tokenMailedTo(late.email);
    advanceClock(school, 24 * 3_600 + 1);
    const responses = [];
    for (const token of ['x', 'A'.repeat(43), ofClosed, expired]) responses.push(await confirm(token));
    for (const { status, body } of responses) {
      expect(status).toBe(422);
      expect({ ...body, traceId: '', instance: '' }).toEqual({ ...responses[0]!.body, traceId: '', instance: '' });
    }
  });

  test('five concurrent confirmations with one token succeed once', async () => {
    const noor = await register(school);
    const token = await tokenMailedTo(noor.email);
    const responses = await Promise.all([1, 2, 3, 4, 5].map(() => confirm(token, noor.client)));
    expect(statusesOf(responses)).toEqual([200, 422, 422, 422, 422]);
  });

  test('is stored as proven only after its link; neither the row nor the mail holds the token', async () => {
    const noor = await register(school);
    const token = await tokenMailedTo(noor.email);
    const stored = await school.database.rows(
      { content: text },
      `SELECT token_hash AS content FROM users_emailverification UNION ALL SELECT CAST(text_values AS text) FROM platform_mail`,
    );
    expect(stored.length).toBeGreaterThan(1);
    for (const { content } of stored) expect(content).not.toContain(token);
  });
});

describe('a stranger who registers with the address of somebody else', () => {
  test('loses password, sessions and links when the owner of the address opens the mail', async () => {
    const stranger = await register(school, { email: 'mia@mail.test' });
    const { body } = await confirm(await tokenMailedTo('mia@mail.test'));
    expect(body).toMatchObject({ email: 'mia@mail.test', passwordReset: { token: expect.any(String) } });
    expect((await stranger.client.get('/me')).status).toBe(401);
    expect((await signIn(school, stranger.username)).status).toBe(401);
    const refreshed = await school.visitor.post('/auth/refresh', { refreshToken: stranger.refreshToken });
    expect(refreshed.status).toBe(401);
    const set = await school.visitor.post('/auth/password-reset', { token: body.passwordReset.token, newPassword });
    expect(set.status).toBe(204);
    expect((await signIn(school, 'mia@mail.test', newPassword)).status).toBe(200);
  });

  test('also loses them if they are signed in to another account while the owner confirms', async () => {
    const [stranger, other] = [await register(school), await register(school)];
    const { body } = await confirm(await tokenMailedTo(stranger.email), other.client);
    expect(body.passwordReset).not.toBeNull();
    expect((await stranger.client.get('/me')).status).toBe(401);
    expect((await other.client.get('/me')).status).toBe(200);
  });

  test('loses a second factor too, with the link of the registration and with a forgotten password', async () => {
    for (const isForgotten of [false, true]) {
      const stranger = await registerWithFactor(school);
      if (isForgotten) await school.visitor.post('/auth/password-reset-request', { email: stranger.email });
      await deliver();
      const [verifyToken, resetToken] = ['/verify', '/reset-password'].map((page) => {
        const texts = smtp.mailsTo(stranger.email).map(({ text: mailed }) => mailed);
        return texts.map((mailed) => new RegExp(`${page}#token=([\\w-]{43})\n`).exec(mailed)?.[1]).find(Boolean);
      });
      const reset = isForgotten ? resetToken : (await confirm(verifyToken!)).body.passwordReset.token;
      const set = await school.visitor.post('/auth/password-reset', { token: reset, newPassword });
      expect(set.status).toBe(204);
      expect((await signIn(school, stranger.email, newPassword)).status).toBe(200);
    }
  });

  test('does not lose them to the link of the registration after the address was proven in another way', async () => {
    const noor = await register(school);
    const link = await tokenMailedTo(noor.email);
    await school.visitor.post('/auth/password-reset-request', { email: noor.email });
    const reset = await tokenMailedTo(noor.email);
    await school.visitor.post('/auth/password-reset', { token: reset, newPassword });
    const { accessToken } = (await signIn(school, noor.email, newPassword)).body;
    expect((await confirm(link)).status).toBe(422);
    expect((await new Client(school, accessToken).get('/me')).status).toBe(200);
  });

  test('cannot take the account back with a change of address that was asked for before', async () => {
    const stranger = await register(school);
    const owned = await tokenMailedTo(stranger.email);
    // The change replaces the first link, so the owner asks for a link to reset the password.
    await askForChange(stranger, 'back-door@mail.test');
    const backDoor = await tokenMailedTo('back-door@mail.test');
    expect((await confirm(owned)).status).toBe(422);
    await school.visitor.post('/auth/password-reset-request', { email: stranger.email });
    const token = await tokenMailedTo(stranger.email);
    await school.visitor.post('/auth/password-reset', { token, newPassword });
    expect((await confirm(backDoor)).status).toBe(422);
    const me = new Client(school, (await signIn(school, stranger.email, newPassword)).body.accessToken);
    expect((await me.get('/me')).body).toMatchObject({ email: stranger.email, emailVerifiedAt: expect.any(String) });
  });
});

describe('an administrator', () => {
  test('verifies while signed in only, because a mailbox alone must not open the account', async () => {
    await admin.post('/auth/email-verification-request');
    const token = await tokenMailedTo(`${admin.username}@school.test`);
    expect((await confirm(token)).status).toBe(422);
    expect((await confirm(token, admin)).body).toMatchObject({ passwordReset: null });
  });
});

describe('a change of address', () => {
  test('needs the password, is confirmed from the new address and told to the old one', async () => {
    const noor = await register(school);
    expect((await askForChange(noor, 'noor.new@mail.test', 'wrong password')).body.code).toBe('PASSWORD_WRONG');
    expect((await askForChange(noor, 'Noor.New@mail.test')).status).toBe(204);
    const token = await tokenMailedTo('noor.new@mail.test');
    expect((await noor.client.get('/me')).body.email).toBe(noor.email);
    expect((await confirm(token, noor.client)).body).toEqual({ email: 'noor.new@mail.test', passwordReset: null });
    expect((await noor.client.get('/me')).body.email).toBe('noor.new@mail.test');
    await deliver();
    expect(smtp.mailsTo(noor.email).map(({ headers }) => headers.subject)).toEqual(
      expect.arrayContaining(['Your address is about to change', 'Your address was changed']),
    );
    expect((await signIn(school, 'noor.new@mail.test')).status).toBe(200);
    expect((await signIn(school, noor.email)).status).toBe(401);
    expect(await kindsOf(noor)).toEqual(
      expect.arrayContaining(['email_change_refused', 'email_change_requested', 'email_changed']),
    );
  });

  test('to an address that has an account is refused at the request and at the confirmation, in any case of letters', async () => {
    const [noor, rival, late] = [await register(school), await register(school), await register(school)];
    expect((await askForChange(noor, late.email.toUpperCase())).body.code).toBe('EMAIL_TAKEN');
    await askForChange(noor, 'wanted@mail.test');
    await askForChange(rival, 'WANTED@mail.test');
    await deliver();
    const tokenOf = ({ username }: Registered): string => {
      const mail = smtp.mailsTo('wanted@mail.test').find(({ text: body }) => body.includes(username))!;
      return /#token=([\w-]{43})/.exec(mail.text)![1]!;
    };
    const outcomes = [await confirm(tokenOf(noor), noor.client), await confirm(tokenOf(rival), rival.client)];
    expect(outcomes.map(({ status, body }) => [status, body.code])).toEqual([
      [200, undefined],
      [409, 'EMAIL_TAKEN'],
    ]);
    const owners = await school.database.rows(
      { id: int },
      "SELECT id FROM users_user WHERE email = 'wanted@mail.test'",
    );
    expect(owners.length).toBe(1);
  });

  test('is not confirmed without the session, so that a typing error does not give the account away', async () => {
    const noor = await registerWithFactor(school);
    await askForChange(noor, 'somebody.else@mail.test');
    const token = await tokenMailedTo('somebody.else@mail.test');
    expect((await confirm(token)).body.code).toBe('VERIFICATION_TOKEN_REFUSED');
    expect((await confirm(token, (await register(school)).client)).status).toBe(422);
    expect((await noor.client.get('/me')).body.email).toBe(noor.email);
    expect((await noor.client.get('/me/second-factor')).body.authenticator).not.toBeNull();
    expect((await confirm(token, noor.client)).status).toBe(200);
  });

  test('needs a recent proof, holds the coins for a day, and makes reset links to the old address useless', async () => {
    const [noor, mia] = [await register(school), await school.student()];
    await confirm(await tokenMailedTo(noor.email), noor.client);
    await endow(school, noor.id, 5);
    await school.visitor.post('/auth/password-reset-request', { email: noor.email });
    const reset = await tokenMailedTo(noor.email);
    await askForChange(noor, 'noor.moved@mail.test');
    const token = await tokenMailedTo('noor.moved@mail.test');
    expect((await confirm(token, noor.client)).status).toBe(200);
    expect((await transfer(noor.client, mia.id)).body.code).toBe('COINS_HELD');
    const used = await school.visitor.post('/auth/password-reset', { token: reset, newPassword });
    expect(used.body.code).toBe('RESET_TOKEN_REFUSED');
    await school.database.transaction(() =>
      school.database.run('UPDATE users_session SET proven_at = NULL WHERE user_id = $1', [noor.id]),
    );
    const stale = (await signIn(school, 'noor.moved@mail.test')).body.accessToken as string;
    advanceClock(school, 601);
    const late = await new Client(school, stale).post('/me/email-change', {
      newEmail: 'x@mail.test',
      currentPassword: goodPassword,
    });
    expect(late.body.code).toBe('REAUTHENTICATION_REQUIRED');
  });

  test('is cancelled by a change of the password', async () => {
    const noor = await register(school);
    await askForChange(noor, 'thief@mail.test');
    const token = await tokenMailedTo('thief@mail.test');
    await noor.client.put('/me/password', { currentPassword: goodPassword, newPassword });
    expect((await confirm(token, noor.client)).status).toBe(422);
    expect((await noor.client.get('/me')).body.email).toBe(noor.email);
  });

  test('counts wrong passwords like a sign-in', async () => {
    const noor = await register(school);
    const tries = [];
    for (let index = 0; index < 7; index++)
      tries.push((await askForChange(noor, 'x@mail.test', `guess ${index}`)).status);
    expect(tries.at(-1)).toBe(429);
  });
});

describe('a person whose address is not verified', () => {
  test('earns coins but sends none; after the verification they are sent', async () => {
    const [noor, mia] = [await register(school), await school.student()];
    await endow(school, noor.id, 5);
    expect((await transfer(noor.client, mia.id)).body).toMatchObject({ status: 409, code: 'EMAIL_NOT_VERIFIED' });
    await confirm(await tokenMailedTo(noor.email), noor.client);
    expect((await transfer(noor.client, mia.id)).status).toBe(201);
  });

  test('sends coins in a school without a mail server', async () => {
    const other = await School.open();
    const [noor, mia] = [await register(other), await other.student()];
    await endow(other, noor.id, 5);
    expect((await noor.client.get('/me')).body.emailVerifiedAt).toBeNull();
    expect((await transfer(noor.client, mia.id)).status).toBe(201);
    await other.close();
  });
});

test('in production without MAIL_URL a person who would wait for a mail is told', async () => {
  const other = await School.open({
    environment: {
      NODE_ENV: 'production',
      AUTH_SECRET: 'Vf3mQ9zL0rWc7TgX2bNaK5yHs8DuJpE1oI4lRtMw',
      PUBLIC_URL: 'https://school.example',
      TRUST_PROXY_HOPS: '0',
    },
  });
  const noor = await register(other);
  const told = { status: 501, body: { code: 'MAIL_NOT_CONFIGURED' } };
  expect(await noor.client.post('/auth/email-verification-request')).toMatchObject(told);
  expect(
    await noor.client.post('/me/email-change', { newEmail: 'a@b.test', currentPassword: goodPassword }),
  ).toMatchObject(told);
  expect(await other.visitor.post('/auth/password-reset-request', { email: noor.email })).toMatchObject(told);
  await other.close();
});

test('people of the demo school and imported people differ: only the former are verified', async () => {
  const account = { password: '!', role: 'student' as const };
  const demo = { ...account, username: 'demo', email: 'demo@mail.test', isEmailVerified: true };
  const ids = [
    await school.part(Accounts).create(demo),
    await school.part(Accounts).create({ ...account, username: 'imported', email: 'imported@mail.test' }),
  ];
  const shown = [];
  for (const id of ids) {
    const { accessToken } = await school.part(Sessions).open(id);
    shown.push((await new Client(school, accessToken).get('/me')).body.emailVerifiedAt);
  }
  expect(shown).toEqual([expect.any(String), null]);
});
