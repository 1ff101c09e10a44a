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

describeInBrowser('mails in a browser', () => {
  test('are readable in light and dark, narrow and wide', async () => {
    const browser = await launchBrowser();
    for (const { colorScheme, width } of appearances) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
      for (const language of languages)
        for (const name of ['users.email-verification', 'users.new-device'] as const) {
          await page.setContent(render(name, language));
          const faults = { overflow: await overflowOf(page), findings: await accessibilityFindings(page) };
          expect({ colorScheme, width, language, name, ...faults }).toMatchObject({ overflow: 0, findings: [] });
        }
      await page.close();
    }
    await browser.close();
  }, 120_000);
});
