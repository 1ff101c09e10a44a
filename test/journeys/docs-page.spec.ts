import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, watchPage } from '../support/browser';
import { buildOnce } from '../support/build-once';
import { freshDatabaseUrl } from '../support/database-url';
import { Server } from '../support/server';

/** `SCREENSHOT=on npx jest test/journeys/docs-page` writes the screenshot of the documentation. */
const picture = path.join(__dirname, '../../docs/images/docs-page.png');

jest.setTimeout(300_000);

describeInBrowser('the documentation in a browser', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  /** Every error and warning of the page, and every request to an origin other than the server's. */
  let problems: string[] = [];
  beforeAll(async () => {
    await buildOnce();
    server = await Server.start(await freshDatabaseUrl());
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1_100, height: 900 } });
    problems = watchPage(page, server.url);
    page.on('requestfailed', (request) => problems.push(`failed: ${request.url()}`));
    // The page is loaded once for all tests, because a busy machine needs some ten seconds to draw every route.
    await page.goto(`${server.url}/docs`);
    await page.waitForSelector('#operations-Me-getMe');
  });
  afterEach(() => void problems.splice(0));
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('the documentation page loads everything from its own server, shows every route and reports no error', async () => {
    expect(await page.title()).toBe('TeoArt School Platform: API');
    const shown = await page.locator('.opblock').count();
    const routes = Object.values(server.document.paths).flatMap((item) => Object.keys(item as object));
    expect(shown).toBe(routes.length);
    expect(problems).toEqual([]);
  });

  test('a reader of the documentation page can sign in, authorise and call GET /me there', async () => {
    const credentials = { username: 'giulia.r', password: 'boats in the early fog' };
    const registered = await server.caller().post('/auth/register', {
      ...credentials,
      email: 'giulia@school.test',
      role: 'student',
    });
    expect(registered.status).toBe(201);

    const signedIn = await tryOut(page, 'operations-Auth-signIn', {
      login: credentials.username,
      password: credentials.password,
    });
    expect(signedIn.status).toBe('200');
    await authorise(page, (JSON.parse(signedIn.body) as { accessToken: string }).accessToken);
    const me = await tryOut(page, 'operations-Me-getMe');
    expect([me.status, JSON.parse(me.body)]).toEqual(['200', expect.objectContaining({ username: 'giulia.r' })]);
    expect(problems).toEqual([]);
    if (process.env.SCREENSHOT) await takeScreenshot(page);
  });

  test('the documentation page does not fill in filters of lists or headers of changes', async () => {
    const filledInputs = async (operation: string): Promise<string[]> => {
      const block = page.locator(`#${operation}`);
      await open(block);
      const inputs = await block.locator('.parameters input').all();
      return (await Promise.all(inputs.map((input) => input.inputValue()))).filter(Boolean);
    };
    expect(await filledInputs('operations-Courses-listCourses')).toEqual(['20']);
    expect(await filledInputs('operations-Me-updateMe')).toEqual([]);
    expect(await filledInputs('operations-Coins-transferCoins')).toEqual([]);
  });

  test('the documentation page sends a new Idempotency-Key with each request that moves coins', async () => {
    const person = {
      username: 'ugo.v',
      password: 'boats in the early fog',
      email: 'ugo@school.test',
      role: 'student',
    };
    const registered = await server.caller().post('/auth/register', person);
    const keys: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/coins/transfers')) keys.push(request.headers()['idempotency-key']);
    });
    await authorise(page, registered.body.accessToken);
    const transfer = '#operations-Coins-transferCoins';
    const first = await tryOut(page, transfer.slice(1), { recipientId: 1, amount: 1 });
    expect(JSON.parse(first.body).code).not.toBe('IDEMPOTENCY_KEY_REQUIRED');
    await page.locator(`${transfer} button.execute`).click();
    while (keys.length < 2) await page.waitForTimeout(20);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(keys[0]).not.toBe(keys[1]);
    // The page must not store the token, because the next person at the same browser could use it.
    expect(await page.evaluate('Object.keys(localStorage)')).toEqual([]);
  });

  test('the page /docs/problems explains every error code of the document', async () => {
    await page.goto(`${server.url}/docs/problems`);
    expect(await page.locator('h1').textContent()).toBe('Problems');
    const codes = new Set(
      [...JSON.stringify(server.document.paths).matchAll(/`([A-Z_]{4,})`:/g)].map(([, code]) => code),
    );
    for (const code of ['VALIDATION_FAILED', 'UNAUTHENTICATED', ...codes])
      expect([code, await page.locator(`h2#${code}`).count()]).toEqual([code, 1]);
    expect(problems).toEqual([]);
  });
});

/** Opens an operation, fills in its body, presses Execute and returns the response that the page shows. */
async function tryOut(page: Page, operation: string, body?: object): Promise<{ status: string; body: string }> {
  const block = page.locator(`#${operation}`);
  await open(block);
  if (body) await block.locator('textarea.body-param__text').fill(JSON.stringify(body));
  await block.locator('button.execute').click();
  const response = block.locator('.live-responses-table .response').first();
  const status = (await response.locator('.response-col_status').textContent()) ?? '';
  const shown = (await response.locator('.highlight-code code').first().textContent()) ?? '';
  return { status: status.trim().slice(0, 3), body: shown };
}

async function open(block: Locator): Promise<void> {
  if (await block.evaluate((element) => element.classList.contains('is-open'))) return;
  await block.locator('.opblock-summary-control').click();
}

async function authorise(page: Page, token: string): Promise<void> {
  await page.locator('.auth-wrapper button.authorize').click();
  const logout = page.locator('.auth-btn-wrapper button', { hasText: 'Logout' });
  if (await logout.isVisible()) await logout.click();
  await page.locator('.auth-container input').fill(token);
  await page.locator('.auth-btn-wrapper button.authorize').click();
  await page.locator('.auth-btn-wrapper button.btn-done').click();
}

async function takeScreenshot(page: Page): Promise<void> {
  mkdirSync(path.dirname(picture), { recursive: true });
  // Shows the heading of the group and the response, without the list of possible responses below.
  await page.evaluate("document.querySelector('#operations-tag-Me').scrollIntoView()");
  await page.screenshot({ path: picture });
}
