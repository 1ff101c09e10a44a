import path from 'node:path';
import { digestLines } from '../../src/modules/notifications/email/digest-lines';
import { emailTemplates } from '../../src/modules/notifications/email/email-templates';
import { Config } from '../../src/platform/config/config';
import { MailRenderer } from '../../src/platform/mail/mail-renderer';
import { MailTemplates } from '../../src/platform/mail/mail-templates';
import type { UnsubscribeLinks } from '../../src/platform/mail/unsubscribe-links';
import { toHtml } from '../../src/platform/mail/layout/message';
import { frameTexts } from '../../src/platform/mail/frame-texts';
import { accountMailTexts } from '../../src/modules/users/mails/account-mail-texts';
import { formatText } from '../../src/platform/texts/texts';
import { languages, type Language } from '../../src/platform/texts/languages';
import { accessibilityFindings, appearances, overflowOf } from '../support/accessibility';
import { describeInBrowser, launchBrowser } from '../support/browser';

/** A value for every argument of the texts, so that a text with another argument fails. */
const values = {
  username: 'noor',
  school: 'TeoArt School',
  newEmail: 'noor.with-a-rather-long-name@school.example',
  expiresAt: '2026-11-28T10:00:00.000Z',
  leavesAt: '2026-11-28T10:00:00.000Z',
  heldUntil: '2026-11-28T10:00:00.000Z',
  at: '2026-11-28T10:00:00.000Z',
  creator: 'admin',
  failureCount: 20,
  device: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Safari/604.1',
  address: '203.0.113.7',
  role: 'teacher',
  reason: 'Asked for it',
  hasReason: 'yes',
  status: 'ready',
  change: 'passkey_added',
};
const names = Object.keys(accountMailTexts) as (keyof typeof accountMailTexts)[];
const url = 'https://school.example/verify-email#token=3pQ0c1hTgkV9mZ2wXyB7nR5sJd8fLaE4uKo6iPtWqMs';

function render(name: (typeof names)[number], language: Language): string {
  const write = (message: string): string => formatText(message, { language, timezone: 'Europe/Rome' }, values);
  const texts = accountMailTexts[name][language];
  const { linkHint, footer, unsubscribe } = frameTexts[language];
  const subject = write(texts.subject);
  const paragraphs = texts.paragraphs.map(write);
  const action = 'action' in texts ? { url, label: write(texts.action), hint: linkHint } : null;
  const content = { language, school: values.school, subject, preview: subject, heading: subject, paragraphs, action };
  return toHtml({ ...content, footer: write(footer), unsubscribe: { url, label: unsubscribe } });
}

const news: Record<Language, [title: string, message: string][]> = {
  en: [
    ['New enrolment', 'anna enrolled in Watercolour landscapes.'],
    ['New enrolment', 'ben enrolled in Watercolour landscapes.'],
    ['Your work was graded', 'Your work in Light and shadow got 85 of 100 points.'],
  ],
  it: [
    ['Nuova iscrizione', 'anna si è iscritta a Paesaggi ad acquerello.'],
    ['Nuova iscrizione', 'ben si è iscritto a Paesaggi ad acquerello.'],
    ['Il tuo lavoro è stato valutato', 'Il tuo lavoro in Luce e ombra ha 85 punti su 100.'],
  ],
};

function renderDigest(language: Language): string {
  const templates = new MailTemplates();
  templates.register(...emailTemplates('https://school.example'));
  const renderer = new MailRenderer(new Config({ NODE_ENV: 'test' }), templates, {
    urlOf: () => url,
  } as unknown as UnsubscribeLinks);
  const items = news[language].map(([title, message]) => ({ type: title, title, message }));
  const timezone = 'Europe/Rome';
  const lines = digestLines(items, { language, timezone });
  const textValues = { username: 'noor', count: items.length, lines };
  return renderer.render({ template: 'notifications.digest', personId: 1, language, timezone, textValues }).html;
}

test.each(names)('the mail %s has the same arguments and parts in every language', (name) => {
  const shapes = languages.map((language) => {
    const { subject, paragraphs, ...rest } = accountMailTexts[name][language];
    const names = [subject, ...paragraphs].join(' ').matchAll(/\{(\w+)[,}]/g);
    const known = [...new Set([...names].map(([, argument]) => argument!))].filter((argument) => argument in values);
    return { paragraphs: paragraphs.length, parts: Object.keys(rest), known: known.sort() };
  });
  for (const shape of shapes) expect(shape).toEqual(shapes[0]);
  for (const language of languages) expect(render(name, language)).not.toMatch(/\$\{|undefined|\[object/);
});

const shownMails = (language: Language): [name: string, html: string][] => [
  ['verification', render('users.email-verification', language)],
  ['new-device', render('users.new-device', language)],
  ['digest', renderDigest(language)],
];

describeInBrowser('mails in a browser', () => {
  /** `SCREENSHOT=on npx jest test/users/mail-catalogue` writes the screenshots of the documentation. */
  (process.env.SCREENSHOT ? test : test.skip)('mails have screenshots for the documentation', async () => {
    const browser = await launchBrowser();
    for (const [language, colorScheme] of [
      ['en', 'light'],
      ['it', 'dark'],
    ] as const) {
      const page = await browser.newPage({ viewport: { width: 640, height: 500 }, colorScheme });
      for (const [name, html] of shownMails(language)) {
        await page.setContent(html);
        const picture = path.join(__dirname, `../../docs/images/mail-${name}-${language}.png`);
        await page.screenshot({ path: picture, fullPage: true });
      }
      await page.close();
    }
    await browser.close();
  });

  test('are readable in light and dark, narrow and wide', async () => {
    const browser = await launchBrowser();
    for (const { colorScheme, width } of appearances) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
      for (const language of languages)
        for (const [name, html] of shownMails(language)) {
          await page.setContent(html);
          const faults = { overflow: await overflowOf(page), findings: await accessibilityFindings(page) };
          expect({ colorScheme, width, language, name, ...faults }).toMatchObject({ overflow: 0, findings: [] });
        }
      await page.close();
    }
    await browser.close();
  }, 120_000);
});
