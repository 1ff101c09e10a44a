import { int, nullable, text } from '../../../src/platform/database/columns';
import { MailAdministration } from '../../../src/platform/mail/mail-administration';
import { MailDelivery } from '../../../src/platform/mail/mail-delivery';
import { MailRows } from '../../../src/platform/mail/mail-rows';
import { School } from '../../support/school';
import { SmtpReceiver } from '../../support/smtp';
import { BrushMailsModule, lost, news, write } from './brush-mails';

let smtp: SmtpReceiver;
let school: School;
beforeAll(async () => {
  smtp = await SmtpReceiver.start();
  school = await open();
});
afterAll(async () => {
  await school.close();
  await smtp.stop();
});
beforeEach(async () => {
  smtp.reset();
  school.clock.stopAt(null);
  await school.database.transaction(async () => {
    await school.database.run('DELETE FROM platform_mail');
    await school.database.run('DELETE FROM platform_mailsuppression');
  });
});

const open = (more: Record<string, string> = {}, url?: string): Promise<School> =>
  School.open({
    environment: { ...smtp.settings, ...more },
    extensions: [{ module: BrushMailsModule }],
    ...(url ? { url } : {}),
  });
const send = (from = school): Promise<void> => from.part(MailDelivery).drain(4, 2);
const rows = () =>
  school.database.rows(
    { status: text, attempts: int, error: text, sentAt: nullable(text) },
    `SELECT status, attempts, last_error AS error, CAST(sent_at AS text) AS "sentAt" FROM platform_mail ORDER BY id`,
  );
const later = (seconds: number, { clock } = school): void =>
  clock.stopAt(new Date(clock.now().getTime() + seconds * 1_000));
const noor = 'noor@brush.test';

test('a mail is written with its cause: a rollback takes it back, and a commit does not wait for the mail server', async () => {
  await expect(
    school.database.transaction(async () => {
      await write(school, lost());
      throw new Error('the cause failed');
    }),
  ).rejects.toThrow('the cause failed');
  await write(school, lost());
  expect(await rows()).toMatchObject([{ status: 'waiting', attempts: 0 }]);
  expect(smtp.received).toEqual([]);
  await send();
  expect(await rows()).toMatchObject([{ status: 'sent', attempts: 1, sentAt: expect.any(String) }]);
  expect(smtp.received).toHaveLength(1);
  await send();
  expect(smtp.received).toHaveLength(1);
});

test('a temporary refusal is retried later with the same Message-ID and Date', async () => {
  school.clock.stopAt(new Date('2026-03-01T12:00:00Z'));
  smtp.onMessage = () => '451 4.3.0 Try again later';
  await write(school, lost());
  await send();
  expect(await rows()).toMatchObject([
    { status: 'waiting', attempts: 1, error: expect.stringMatching(/^451 4\.3\.0/) },
  ]);
  await send();
  expect(smtp.received).toHaveLength(1);
  smtp.onMessage = () => undefined;
  later(31);
  await send();
  expect(await rows()).toMatchObject([{ status: 'sent', attempts: 2, error: '' }]);
  const [first, second] = smtp.received;
  expect(first!.headers['message-id']).toMatch(/^<[\w-]{36}@brush\.test>$/);
  expect(second!.headers['message-id']).toBe(first!.headers['message-id']);
  expect(second!.headers.date).toBe(first!.headers.date);
});

test.each([
  ['550 5.1.1 No such user', 'suppressed'],
  ['550 No such user', 'suppressed'],
  ['550 5.2.1 Mailbox disabled', 'suppressed'],
  ['550 5.7.1 Your network is on a list', 'failed'],
  ['552 5.2.2 Mailbox full', 'failed'],
])('a recipient that is refused with "%s" ends as %s', async (answer, status) => {
  smtp.onRecipient = () => answer;
  await write(school, lost(), lost({ address: 'NOOR@brush.test' }));
  await school.part(MailDelivery).deliverNext(1, 2);
  smtp.onRecipient = () => undefined;
  await send();
  const [first, second] = await rows();
  expect(first).toMatchObject({ status, error: answer });
  // The second mail goes to the same address in another case. It is sent only if the address itself was not refused.
  expect(second!.status).toBe(status === 'suppressed' ? 'suppressed' : 'sent');
});

test('a refused message fails at once, and the address stays usable', async () => {
  smtp.onMessage = () => '554 5.6.0 Content refused';
  await write(school, lost());
  await send();
  smtp.onMessage = () => undefined;
  await write(school, lost());
  await send();
  expect(await rows()).toMatchObject([{ status: 'failed', attempts: 1 }, { status: 'sent' }]);
});

test('a server that does not answer is given up after the time-out, and no other mail is tried until the next poll', async () => {
  const hasty = await open({ MAIL_TIMEOUT_MS: '300' }, school.url);
  smtp.onRecipient = () => 'hang';
  await write(hasty, lost(), lost());
  expect(await hasty.part(MailDelivery).deliverNext(1, 2)).toBe('unreachable');
  expect((await rows()).map(({ status, attempts }) => [status, attempts])).toEqual([
    ['waiting', 1],
    ['waiting', 0],
  ]);
  await hasty.close();
});

test('a server that is down or refuses the password loses no mail', async () => {
  // The school of the other tests has signed in already.
  const fresh = await open({}, school.url);
  smtp.onLogin = () => '535 5.7.8 Wrong password';
  await write(school, lost());
  await send(fresh);
  expect(await rows()).toMatchObject([{ status: 'waiting', attempts: 1, error: expect.stringMatching(/535/) }]);
  const { port } = smtp;
  await smtp.stop();
  later(60, fresh);
  await send(fresh);
  expect(await rows()).toMatchObject([{ status: 'waiting', attempts: 2 }]);
  smtp = await SmtpReceiver.start(port);
  later(120, fresh);
  await send(fresh);
  expect(await rows()).toMatchObject([{ status: 'sent', attempts: 3 }]);
  await fresh.close();
});

test('after twelve attempts a mail has failed, and an administrator sends it again', async () => {
  smtp.onMessage = () => '451 4.3.0 Try again later';
  await write(school, lost());
  for (let attempt = 0; attempt < 13; attempt++) {
    await send();
    later(4 * 3_600);
  }
  expect(await rows()).toMatchObject([{ status: 'failed', attempts: 12 }]);
  smtp.onMessage = () => undefined;
  expect(await school.part(MailAdministration).retryFailed()).toBe(1);
  await send();
  expect(await rows()).toMatchObject([{ status: 'sent', attempts: 1 }]);
  expect(new Set(smtp.received.map(({ headers }) => headers['message-id'])).size).toBe(1);
});

test('a mail whose sender dies each time has failed after twelve attempts too', async () => {
  school.clock.stopAt(new Date('2026-03-01T12:00:00Z'));
  await write(school, lost());
  for (let attempt = 1; attempt <= 12; attempt++) {
    expect(await school.part(MailRows).claim(1, 2)).toHaveLength(1);
    later(200);
  }
  await send();
  expect(smtp.received).toEqual([]);
  expect(await rows()).toMatchObject([{ status: 'failed', error: expect.stringContaining('death of the process') }]);
});

test('a mail that was sent and not recorded is sent again after the lease, as the same mail', async () => {
  await write(school, lost());
  jest.spyOn(school.part(MailRows), 'markSent').mockRejectedValueOnce(new Error('killed'));
  await expect(send()).rejects.toThrow('killed');
  await send();
  expect(smtp.received).toHaveLength(1);
  later(181);
  await send();
  expect(await rows()).toMatchObject([{ status: 'sent', attempts: 2 }]);
  expect(smtp.received).toHaveLength(2);
  expect(smtp.received[1]!.headers['message-id']).toBe(smtp.received[0]!.headers['message-id']);
});

test('the failure of an attempt whose lease has ended does not overwrite the success of the next one', async () => {
  await write(school, lost());
  const [stale] = await school.part(MailRows).claim(1, 2);
  later(181);
  await send();
  await school.part(MailRows).postpone(stale!, 'late failure');
  await school.part(MailRows).finish(stale!, 'failed', 'late failure');
  expect(await rows()).toMatchObject([{ status: 'sent', error: '' }]);
});

test('three workers on one database send each of 60 mails once', async () => {
  const others = [await open({}, school.url), await open({}, school.url)];
  const addresses = Array.from({ length: 60 }, (_, index) => `student${index}@brush.test`);
  await write(school, ...addresses.map((address) => news(address)));
  await Promise.all([school, ...others].map((each) => send(each)));
  expect((await rows()).filter(({ status }) => status !== 'sent')).toEqual([]);
  expect(smtp.received.flatMap(({ to }) => to).sort()).toEqual(addresses.sort());
  for (const other of others) await other.close();
});

test('an urgent mail is sent while a thousand slow mails wait', async () => {
  // With a short timeout the slow mails would be given up, and the urgent one would come next without a lane of its own.
  const worker = await open({ WORKER: 'on', MAIL_TIMEOUT_MS: '600000' }, school.url);
  let release!: () => void;
  const held = new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
  smtp.onMessage = ({ to }) => (to[0] === noor ? undefined : held);
  const bulk = Array.from({ length: 1_000 }, (_, index) => news(`student${index}@brush.test`));
  await write(worker, ...bulk);
  await smtp.waitFor('student0@brush.test');
  await write(worker, lost());
  await smtp.waitFor(noor);
  expect(smtp.received.length).toBeLessThan(10);
  release();
  await worker.close();
});

test('a mail whose link has expired is not sent', async () => {
  await write(school, lost({ expiresAt: new Date(school.clock.now().getTime() + 60_000) }));
  later(61);
  await send();
  expect(smtp.received).toEqual([]);
  expect(await rows()).toMatchObject([{ status: 'failed', error: expect.stringMatching(/expired/) }]);
});

test('an imported address that is no address fails with a reason, and sends nothing', async () => {
  for (const address of [
    'nobody',
    'a@b.test,c@d.test',
    'a@b.test\r\nBcc: c@d.test',
    '"a b"@c.test',
    `${'a'.repeat(250)}@b.test`,
  ])
    await write(school, lost({ address }));
  await send();
  expect(new Set((await rows()).map(({ status }) => status))).toEqual(new Set(['failed']));
  expect(smtp.received).toEqual([]);
});

test('the job deletes finished mails after MAIL_DAYS, and none that waits', async () => {
  await write(school, lost());
  await send();
  await write(school, lost());
  later(31 * 86_400);
  await write(school, lost());
  expect(await school.job('platform:expire-mails')).toMatchObject({ deleted: 1 });
  expect((await rows()).map(({ status }) => status)).toEqual(['waiting', 'waiting']);
});
