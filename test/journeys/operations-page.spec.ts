import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFindings, appearances, overflowOf } from '../support/accessibility';
import { describeInBrowser, launchBrowser, watchPage } from '../support/browser';
import { buildOnce } from '../support/build-once';
import { cli, Server } from '../support/server';
import { freshDatabaseUrl } from '../support/database-url';
import { AuthenticatorApp } from '../users/factor-fixtures';

const password = 'six pigments and two brushes';
const views = [
  'overview',
  'queries',
  'slow',
  'connections',
  'indexes',
  'storage',
  'locks',
  'outbox',
  'mails',
  'audit',
  'jobs',
];

/** Creates an index that duplicates the first columns of another index, and two events that could not be handled. */
function plantFindings(url: string): void {
  const connection = new Sqlite(url.slice('sqlite:'.length));
  connection.exec('CREATE INDEX planted ON users_userprogress (total_teocoins_earned)');
  // Two events without a handler.
  connection.exec(`INSERT INTO platform_outbox (handler, event_type, payload, created_at, due_at, attempts, dead_at, last_error)
    VALUES ('Removed', 'test.one.v1', '{"brush":1}', '2026-03-01 12:00:00.000', '2026-03-01 12:00:00.000', 12,
      '2026-03-01 14:00:00.000', 'Error: There is no handler Removed for events of type test.one.v1'),
      ('Removed', 'test.two.v1', '{"brush":', '2026-03-01 12:00:00.000', '2026-03-01 12:00:00.000', 12,
      '2026-03-01 14:00:00.000', 'SyntaxError: Not valid JSON')`);
  connection.close();
}

jest.setTimeout(300_000);

describeInBrowser('operations in a browser', () => {
  let server: Server;
  let databaseUrl: string;
  let browser: Browser;
  let page: Page;
  /** Every error and warning of the page, and every request to an origin other than the server's. */
  let problems: string[];
  beforeAll(async () => {
    await buildOnce();
    databaseUrl = await freshDatabaseUrl();
    await cli(databaseUrl, ['admin:create', '--username', 'ada', '--email', 'ada@school.test'], password);
    plantFindings(databaseUrl);
    server = await Server.start(databaseUrl, { SLOW_QUERY_MS: '1' });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  beforeEach(() => open(1_200));
  afterEach(() => page?.close());

  async function open(width: number, more: object = {}): Promise<void> {
    await page?.close();
    page = await browser.newPage({ viewport: { width, height: 850 }, ...more });
    // The browser also reports a refused sign-in as an error, which is expected.
    problems = watchPage(page, server.url, (message) => /status of 4\d\d/.test(message));
  }

  async function signIn(login = 'ada', secret = password): Promise<void> {
    await page.goto(`${server.url}/operations`);
    await page.getByLabel('Username or e-mail').fill(login);
    await page.getByLabel('Password').fill(secret);
    await page.keyboard.press('Enter');
  }

  async function show(view: string): Promise<void> {
    await page.locator(`#tab-${view}`).click();
    await page.waitForSelector(`#tab-${view}[aria-selected=true]`);
    await page.waitForSelector('#panel:not([aria-busy])');
  }

  test('the operations page asks an administrator with a second factor for a code', async () => {
    const name = 'grace';
    await cli(databaseUrl, ['admin:create', '--username', name, '--email', `${name}@school.test`], password);
    const { accessToken } = (await server.caller().post('/auth/login', { login: name, password })).body;
    const caller = server.caller(() => accessToken);
    const { secret } = (await caller.post('/me/second-factor/authenticator')).body;
    const app = new AuthenticatorApp({ clock: { now: () => new Date() } }, secret);
    await caller.put('/me/second-factor/authenticator/confirmation', { code: app.code() });
    await signIn(name);
    await page.getByText('Enter a code, too.').waitFor();
    await page.getByLabel('Code of the authenticator app').fill(app.code(1));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Findings' }).waitFor();
    expect(problems).toEqual([]);
  });

  test('the operations page lets administrators in and tells others why it does not', async () => {
    await server.caller().post('/auth/register', {
      username: 'giulia.r',
      email: 'giulia@school.test',
      password: 'boats in the early fog',
      role: 'student',
    });
    await signIn('ada', 'not this one');
    await page.waitForSelector('[role=alert]:has-text("wrong")');
    await signIn('giulia.r', 'boats in the early fog');
    await page.getByText('Only administrators can use this page.').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await signIn();
    await page.getByRole('heading', { name: 'Findings' }).waitFor();
    expect(await page.evaluate('localStorage.length')).toBe(0);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    expect(problems).toEqual([]);
  });

  test('the operations page shows every view, loads everything from its own server and reports no error', async () => {
    await signIn();
    for (const view of views) {
      await show(view);
      expect(await page.locator('#panel').innerText()).not.toMatch(/undefined|NaN|\[object/);
      expect([view, await page.locator('.problem').count()]).toEqual([view, 0]);
    }
    await show('queries');
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(5);
    expect(problems).toEqual([]);
  });

  test.each(appearances)(
    'axe-core finds nothing serious on any view of the operations page: $colorScheme, $width px',
    async ({ colorScheme, width }) => {
      await open(width, { colorScheme });
      await page.goto(`${server.url}/operations`);
      await page.getByLabel('Password').waitFor();
      expect(await accessibilityFindings(page)).toEqual([]);
      await signIn();
      for (const view of views) {
        await show(view);
        const findings = await accessibilityFindings(page);
        expect({ view, findings, overflow: await overflowOf(page) }).toEqual({ view, findings: [], overflow: 0 });
      }
    },
  );

  test('the operations page plots the samples of the database', async () => {
    await signIn();
    await show('jobs');
    await page.getByRole('button', { name: 'Run now: platform:sample-database' }).click();
    await page.locator('#runs .badge', { hasText: 'done' }).first().waitFor();
    await show('overview');
    await page.waitForSelector('.plot canvas');
    const plot = page.getByRole('img', { name: /^Size\. Now: database \d/ });
    expect((await plot.boundingBox())!.height).toBeGreaterThan(150);
    expect(problems).toEqual([]);
  });

  test('an administrator runs a job on the operations page and sees its result', async () => {
    await signIn();
    await show('jobs');
    await page.getByRole('button', { name: 'Run now: platform:expire-job-runs' }).click();
    await page.getByRole('heading', { name: 'Runs of platform:expire-job-runs' }).waitFor();
    await page.locator('#runs').getByText('deleted: 0').waitFor();
    expect(problems).toEqual([]);
  });

  test('an administrator sees undelivered events on the operations page and discards one with a reason', async () => {
    await signIn();
    await show('outbox');
    const row = page.locator('tbody tr', { hasText: 'test.two.v1' });
    await row.getByText('Not valid JSON').waitFor();
    await row.getByText('Decide').click();
    await row.getByLabel('Reason').fill('Nobody knows what it was.');
    await row.getByRole('button', { name: /^Discard event/ }).click();
    await row.waitFor({ state: 'detached' });
    expect(await page.locator('tbody tr', { hasText: 'test.one.v1' }).count()).toBe(1);
    expect(problems).toEqual([]);
  });

  test('the operations page copies the SQL that fixes a finding', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
    await signIn();
    await show('indexes');
    const finding = page.locator('.finding', { hasText: 'planted' }).first();
    await finding.getByRole('button', { name: /^Copy the repair of/ }).click();
    await page.getByText('Copied', { exact: true }).first().waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await finding.locator('pre').innerText());
  });

  test('the tabs of the operations page can be used with the arrow keys, and are one tab stop', async () => {
    await signIn();
    await page.getByRole('heading', { name: 'Findings' }).waitFor();
    await page.locator('#tab-overview').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('#tab-queries[aria-selected=true]');
    await page.keyboard.press('End');
    await page.waitForSelector('#tab-jobs[aria-selected=true]');
    expect(await page.locator('[role=tab][tabindex="0"]').count()).toBe(1);
    expect(await page.locator('#panel').getAttribute('aria-labelledby')).toBe('tab-jobs');
  });

  test('the operations page fits into 400 pixels with the dark colour scheme', async () => {
    await open(400, { colorScheme: 'dark' });
    await signIn();
    for (const view of views) {
      await show(view);
      const overflowPx = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number;
      expect([view, overflowPx <= 0]).toEqual([view, true]);
    }
    expect(problems).toEqual([]);
  });

  test('the operations page renews an expired access token, and asks for a new sign-in when the session has ended', async () => {
    await signIn();
    await page.getByRole('heading', { name: 'Findings' }).waitFor();
    const breakToken = (name: string) =>
      page.evaluate(`{ const s = JSON.parse(sessionStorage.getItem('operations:session')); s.${name} = 'x';
        sessionStorage.setItem('operations:session', JSON.stringify(s)); }`);
    await breakToken('accessToken');
    await page.reload();
    await page.getByRole('heading', { name: 'Findings' }).waitFor();
    await breakToken('accessToken');
    await breakToken('refreshToken');
    await page.reload();
    await page.getByText('Your session has expired. Sign in again.').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  /** `SCREENSHOT=on npx jest test/journeys/operations-page` writes the screenshots of the documentation. */
  (process.env.SCREENSHOT ? test : test.skip)('the operations page has screenshots for the documentation', async () => {
    const folder = path.join(__dirname, '../../docs/images');
    mkdirSync(folder, { recursive: true });
    await signIn();
    for (const view of ['overview', 'queries', 'outbox', 'jobs']) {
      await show(view);
      await page.waitForTimeout(500);
      await page.screenshot({ path: path.join(folder, `operations-${view}.png`) });
    }
  });
});
