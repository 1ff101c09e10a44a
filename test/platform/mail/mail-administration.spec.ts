import { int } from '../../../src/platform/database/columns';
import { MailNotConfigured } from '../../../src/platform/mail/mail.errors';
import { MailDelivery } from '../../../src/platform/mail/mail-delivery';
import { Mails } from '../../../src/platform/mail/mails';
import { School, type Client } from '../../support/school';
import { cli } from '../../support/server';
import { SmtpReceiver } from '../../support/smtp';
import { BrushMailsModule, lost, news, write } from './brush-mails';

const extensions = [{ module: BrushMailsModule }];
const production = {
  NODE_ENV: 'production',
  ADMIN_SECOND_FACTOR: 'offered',
  AUTH_SECRET: 'Vf3mQ9zL0rWc7TgX2bNaK5yHs8DuJpE1oI4lRtMw',
  PUBLIC_URL: 'https://school.example',
  TRUST_PROXY_HOPS: '0',
};
const metricsOf = async (school: School): Promise<string> => (await school.visitor.get('//metrics')).body as string;
const findingsOf = async (admin: Client): Promise<{ kind: string }[]> =>
  (await admin.get('/operations/database')).body.findings;

describe('with a mail server', () => {
  let smtp: SmtpReceiver;
  let school: School;
  let admin: Client;
  beforeAll(async () => {
    smtp = await SmtpReceiver.start();
    school = await School.open({ environment: smtp.settings, extensions });
    admin = await school.admin();
  });
  afterAll(async () => {
    await school.close();
    await smtp.stop();
  });
  beforeEach(async () => {
    smtp.reset();
    await school.database.transaction(() => school.database.run('DELETE FROM platform_mail'));
  });
  const send = (): Promise<void> => school.part(MailDelivery).drain(4, 2);
  const listed = async (status: string) => (await admin.get(`/operations/mails?status=${status}&withTotal=true`)).body;

  test('a mail that failed is listed without its content, counted and reported, and an administrator sends it again', async () => {
    smtp.onMessage = () => '554 5.6.0 Refused';
    await write(school, lost());
    await send();
    const { data, page } = await listed('failed');
    expect(page.total).toBe(1);
    expect(data[0]).toMatchObject({
      status: 'failed',
      template: 'test.brush-lost',
      priority: 'urgent',
      userId: 7,
      address: 'noor@brush.test',
      attempts: 1,
      lastError: '554 5.6.0 Refused',
    });
    expect(JSON.stringify(data)).not.toContain('Nr. 4');
    expect(await metricsOf(school)).toContain('teoart_mails{state="failed"} 1');
    expect(await metricsOf(school)).toContain('teoart_mail_attempts_total{result="failed"} 1');
    expect(await findingsOf(admin)).toContainEqual(expect.objectContaining({ kind: 'undelivered-mails' }));
    expect((await admin.get(`/operations/mails/${data[0].id}/content`)).status).toBe(404);
    smtp.onMessage = () => undefined;
    expect((await admin.post(`/operations/mails/${data[0].id}/retries`)).status).toBe(204);
    await send();
    expect((await listed('failed')).page.total).toBe(0);
    expect(smtp.received).toHaveLength(2);
    expect((await admin.post(`/operations/mails/${data[0].id}/retries`)).body.code).toBe('MAIL_NOT_RETRYABLE');
    expect((await admin.post('/operations/mails/999/retries')).body.code).toBe('MAIL_NOT_FOUND');
  });

  test('a retry of a suppressed mail accepts its address again', async () => {
    smtp.onRecipient = () => '550 5.1.1 No such user';
    await write(school, lost({ address: 'Mia@brush.test' }), news('mia@brush.test'));
    await send();
    smtp.onRecipient = () => undefined;
    const { data } = await listed('suppressed');
    expect(data).toHaveLength(2);
    await admin.post(`/operations/mails/${data[0].id}/retries`);
    await write(school, news('MIA@brush.test'));
    await send();
    expect(smtp.received.filter(({ to }) => /mia/i.test(to[0]!))).toHaveLength(2);
    expect((await listed('suppressed')).data).toHaveLength(1);
  });

  test('a mail that waits long is reported', async () => {
    await write(school, lost());
    expect(await findingsOf(admin)).not.toContainEqual(expect.objectContaining({ kind: 'late-mails' }));
    school.clock.stopAt(new Date(Date.now() + 16 * 60_000));
    expect(await findingsOf(await school.admin())).toContainEqual(expect.objectContaining({ kind: 'late-mails' }));
    school.clock.stopAt(null);
    await send();
  });

  test('nobody but an administrator lists or retries mails', async () => {
    for (const caller of [await school.student(), await school.teacher()]) {
      expect((await caller.get('/operations/mails')).status).toBe(403);
      expect((await caller.get('/operations/mails/1/content')).status).toBe(403);
      expect((await caller.post('/operations/mails/1/retries')).status).toBe(403);
    }
  });

  test('the command line lists mails and sends failed ones again', async () => {
    smtp.onMessage = () => '554 5.6.0 Refused';
    await write(school, lost());
    await send();
    const id = (await listed('failed')).data[0].id as number;
    expect(await cli(school.url, ['mail:list', '--status', 'failed'])).toMatch(
      new RegExp(
        String.raw`^${id}  .*  failed  test\.brush-lost  noor@brush\.test  1 attempts  554 5\.6\.0 Refused\n1 mails\n$`,
      ),
    );
    expect(await cli(school.url, ['mail:retry', String(id)])).toMatch(/^1 mails wait again/);
    await send();
    expect(await cli(school.url, ['mail:retry', '--failed'])).toMatch(/^1 mails wait again/);
    smtp.onMessage = () => undefined;
    await send();
    expect((await listed('failed')).page.total).toBe(0);
  }, 120_000);
});

describe('without MAIL_URL', () => {
  test('outside production the development mailbox shows mails to administrators, and nothing is sent', async () => {
    const school = await School.open({ extensions });
    const admin = await school.admin();
    await write(school, lost({ language: 'it' }));
    const { data } = (await admin.get('/operations/mails')).body;
    expect(data).toMatchObject([{ status: 'shown', attempts: 0 }]);
    const { status, body } = await admin.get(`/operations/mails/${data[0].id}/content`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ address: 'noor@brush.test', subject: 'Il pennello Nr. 4 è perso' });
    expect(body.text).toContain('https://brush.test/find#Nr. 4');
    expect(body.html).toContain('Trovalo');
    expect((await (await school.student()).get(`/operations/mails/${data[0].id}/content`)).status).toBe(403);
    school.part(Mails).requireConfigured();
    await school.close();
  });

  test('in production no mail is written, a finding and a metric say so, and who would wait for a mail is told', async () => {
    const school = await School.open({ environment: production, extensions });
    const admin = await school.admin();
    await write(school, lost());
    const stored = await school.database.row({ count: int }, 'SELECT count(*) AS count FROM platform_mail');
    expect(stored!.count).toBe(0);
    expect(await findingsOf(admin)).toContainEqual(expect.objectContaining({ kind: 'mail-not-configured' }));
    expect(() => school.part(Mails).requireConfigured()).toThrow(MailNotConfigured);
    await school.close();
  });

  test('a mail that the development mailbox shows stays hidden in production, because its link could open the account', async () => {
    const development = await School.open({ extensions });
    await write(development, lost());
    await development.close();
    const school = await School.open({ url: development.url, environment: production, extensions });
    const admin = await school.admin();
    const { data } = (await admin.get('/operations/mails')).body;
    expect((await admin.get(`/operations/mails/${data[0].id}/content`)).body.code).toBe('MAIL_NOT_FOUND');
    await school.close();
  });
});
