import { jsonOf, text } from '../../../src/platform/database/columns';
import { LinkTokens } from '../../../src/platform/auth/link-tokens';
import { MailDelivery } from '../../../src/platform/mail/mail-delivery';
import { UnsubscribeLinks } from '../../../src/platform/mail/unsubscribe-links';
import { School } from '../../support/school';
import { SmtpReceiver } from '../../support/smtp';
import { BrushMailsModule, lost, news, write } from './brush-mails';

let smtp: SmtpReceiver;
let school: School;
beforeAll(async () => {
  smtp = await SmtpReceiver.start();
  school = await School.open({ environment: smtp.settings, extensions: [{ module: BrushMailsModule }] });
});
afterAll(async () => {
  await school.close();
  await smtp.stop();
});
beforeEach(() => smtp.reset());

async function sent(...mails: Parameters<typeof write>[1][]) {
  await write(school, ...mails);
  await school.part(MailDelivery).drain(1, 2);
  return smtp.received;
}

test('a mail is in the language and the time zone of its reader, with plural forms, as text and as HTML', async () => {
  const [english, italian, other] = await sent(
    lost(),
    lost({ language: 'it-CH', values: { brush: 'Nr. 4', count: 1, at: '2026-03-01T23:30:00.000Z' } }),
    lost({ language: 'pt-BR', timezone: 'America/New_York' }),
  );
  expect(english!.headers).toMatchObject({ subject: 'Brush Nr. 4 is lost', from: 'Brush School <school@brush.test>' });
  expect(english!.text).toMatch(/2 hairs since March 2, 2026 at 12:30\sAM\./);
  expect(english!.text).toContain('Find it:\nhttps://brush.test/find#Nr. 4');
  expect(english!.html).toContain('<h1 style="font-size: 22px; line-height: 1.3; margin: 0">Brush Nr. 4 is lost</h1>');
  expect(english!.html).toContain('prefers-color-scheme: dark');
  expect(italian!.text).toMatch(/1 pelo dal 2 marzo 2026 alle ore 00:30\./);
  expect(italian!.html).toContain('lang="it"');
  expect(other!.text).toMatch(/2 hairs since March 1, 2026 at 6:30\sPM\./);
});

test('a value is never markup, never another header and never another recipient', async () => {
  const brush = `<img src=x onerror=alert(1)> "&' {count}\r\nBcc: thief@brush.test`;
  const [mail] = await sent(lost({ values: { ...lost().values, brush } }));
  expect(mail!.html).not.toContain('<img');
  expect(mail!.html).toContain('&lt;img src=x onerror=alert(1)&gt; &quot;&amp;&#39; {count}');
  expect(mail!.headers.bcc).toBeUndefined();
  expect(mail!.to).toEqual(['noor@brush.test']);
  expect(mail!.raw.split('\r\n\r\n', 1)[0]).not.toMatch(/^bcc:/im);
});

test('the lines of a value stay lines, as text and as HTML', async () => {
  const [mail] = await sent(news('noor@brush.test', 'Nr. 4\nNr. <5>'));
  expect(mail!.html).toMatch(/Nr\. 4<br \/>Nr\. &lt;5&gt;/);
  expect(mail!.text).toMatch(/Nr\. 4\r?\nNr\. <5>/);
});

test('a mail of a topic can be unsubscribed with one click, and its token names the person and the topic', async () => {
  // The urgent mail is sent first.
  const [urgent, mail] = await sent(news('noor@brush.test'), lost());
  const link = /^<http:\/\/localhost:3000\/api\/v1\/mail-unsubscriptions\/([\w.-]+)>$/.exec(
    mail!.headers['list-unsubscribe']!,
  );
  expect(mail!.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
  expect(mail!.text).toContain(link![1]);
  const links = school.part(UnsubscribeLinks);
  expect(links.read(link![1]!)).toEqual({ personId: 7, topic: 'news' });
  expect(links.read(link![1]!.replace(/^7/, '8'))).toBeNull();
  for (const forged of ['', '7.news', '7.news.x', `7.news.${'A'.repeat(43)}`]) expect(links.read(forged)).toBeNull();
  expect(urgent!.headers['list-unsubscribe']).toBeUndefined();
});

test('tokens differ by purpose, by subject and by secret', async () => {
  const tokens = school.part(LinkTokens);
  const other = await School.open({ environment: { AUTH_SECRET: 'another secret for tests, long enough' } });
  const all = [
    tokens.create('reset', 'a'),
    tokens.create('reset', 'b'),
    tokens.create('verify', 'a'),
    other.part(LinkTokens).create('reset', 'a'),
  ];
  await other.close();
  expect(new Set(all).size).toBe(4);
  expect(tokens.create('reset', 'a')).toBe(all[0]);
  for (const token of all) expect(token).toMatch(/^[\w-]{43}$/);
});

test('the row of a mail holds its values, and neither its text nor its link', async () => {
  await sent(lost());
  const stored = await school.database.rows(
    { values: jsonOf<object>(), all: text },
    'SELECT text_values AS "values", CAST(text_values AS text) AS "all" FROM platform_mail',
  );
  expect(stored.at(-1)!.values).toEqual(lost().values);
  expect(stored.at(-1)!.all).not.toContain('https:');
});
