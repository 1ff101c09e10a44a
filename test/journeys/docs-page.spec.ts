import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { buildOnce } from '../support/build-once';
import { freshDatabaseUrl, testEngine } from '../support/database-url';
import { Server } from '../support/server';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const missing =
  testEngine() === 'postgres'
    ? 'a page is the same on every engine: it is looked at on SQLite'
    : existsSync(executablePath)
      ? undefined
      : `there is no ${executablePath}: install chromium, or name another by CHROMIUM_PATH`;

/** For the screenshot of the documentation: `SCREENSHOT=on npx jest test/journeys/docs-page`. */
const picture = path.join(__dirname, '../../docs/images/docs-page.png');
const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
];

jest.setTimeout(300_000);
const onThePage = missing ? describe.skip : describe;

onThePage(missing ? `the documentation in a browser (skipped: ${missing})` : 'the documentation in a browser', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  /** Whatever the page complains of, and every request that leaves the server's own origin. */
  let complaints: string[] = [];
  beforeAll(async () => {
    await buildOnce();
    server = await Server.start(await freshDatabaseUrl());
    browser = await chromium.launch({ executablePath, args: flags });
    page = await browser.newPage({ viewport: { width: 1_100, height: 900 } });
    watch(page);
    // Once for all tests: to draw every route takes the browser some ten seconds on a busy machine.
    await page.goto(`${server.url}/docs`);
    await page.waitForSelector('#operations-Me-meShow');
  });
  afterEach(() => void (complaints = []));
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  function watch(page: Page): void {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== server.url)
        complaints.push(`elsewhere: ${request.url()}`);
    });
  }

  test('loads everything from its own server and complains of nothing', async () => {
    expect(await page.title()).toBe('TeoArt School Platform: API');
    const shown = await page.locator('.opblock').count();
    const routes = Object.values(server.document.paths).flatMap((item) => Object.keys(item as object));
    expect(shown).toBe(routes.length);
    expect(complaints).toEqual([]);
  });

  test('signs in, authorises and asks who I am, without another tool', async () => {
    const credentials = { username: 'giulia.r', password: 'boats in the early fog' };
    const registered = await server.caller().post('/auth/register', {
      ...{ ...credentials, email: 'giulia@school.test', role: 'student' },
    });
    expect(registered.status).toBe(201);

    const signedIn = await tryOut(page, 'operations-Auth-authLogin', {
      login: credentials.username,
      password: credentials.password,
    });
    expect(signedIn.status).toBe('200');
    await authorise(page, (JSON.parse(signedIn.body) as { accessToken: string }).accessToken);
    const me = await tryOut(page, 'operations-Me-meShow');
    expect([me.status, JSON.parse(me.body)]).toEqual(['200', expect.objectContaining({ username: 'giulia.r' })]);
    expect(complaints).toEqual([]);
    if (process.env.SCREENSHOT) await photograph(page);
  });

  test('fills in nothing that would filter a list or stand in the way of a change', async () => {
    const filled = async (operation: string): Promise<string[]> => {
      const block = page.locator(`#${operation}`);
      await open(block);
      const inputs = await block.locator('.parameters input').all();
      return (await Promise.all(inputs.map((input) => input.inputValue()))).filter(Boolean);
    };
    expect(await filled('operations-Courses-coursesList')).toEqual(['20']);
    expect(await filled('operations-Me-meChange')).toEqual([]);
    expect(await filled('operations-Coins-coinsTransfer')).toEqual([]);
  });

  test('makes up a new Idempotency-Key for each request that moves coins', async () => {
    const person = { username: 'ugo.v', password: 'boats in the early fog', email: 'ugo@school.test', role: 'student' };
    const registered = await server.caller().post('/auth/register', person);
    const keys: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/coins/transfers')) keys.push(request.headers()['idempotency-key']);
    });
    await authorise(page, registered.body.accessToken);
    const transfer = '#operations-Coins-coinsTransfer';
    const first = await tryOut(page, transfer.slice(1), { recipientId: 1, amount: 1 });
    expect(JSON.parse(first.body).code).not.toBe('IDEMPOTENCY_KEY_REQUIRED');
    await page.locator(`${transfer} button.execute`).click();
    while (keys.length < 2) await page.waitForTimeout(20);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(keys[0]).not.toBe(keys[1]);
    // A bearer that the page kept would outlive the visit, for whoever sits down next.
    expect(await page.evaluate('Object.keys(localStorage)')).toEqual([]);
  });

  test('explains every problem a route may answer', async () => {
    await page.goto(`${server.url}/docs/problems`);
    expect(await page.locator('h1').textContent()).toBe('Problems');
    const codes = new Set(
      [...JSON.stringify(server.document.paths).matchAll(/`([A-Z_]{4,})`:/g)].map(([, code]) => code),
    );
    for (const code of ['VALIDATION_FAILED', 'UNAUTHENTICATED', ...codes])
      expect([code, await page.locator(`h2#${code}`).count()]).toEqual([code, 1]);
    expect(complaints).toEqual([]);
  });
});

/** Opens an operation, fills its body in, presses Execute; gives what the page shows of the answer. */
async function tryOut(page: Page, operation: string, body?: object): Promise<{ status: string; body: string }> {
  const block = page.locator(`#${operation}`);
  await open(block);
  if (body) await block.locator('textarea.body-param__text').fill(JSON.stringify(body));
  await block.locator('button.execute').click();
  const answer = block.locator('.live-responses-table .response').first();
  const status = (await answer.locator('.response-col_status').textContent()) ?? '';
  const shown = (await answer.locator('.highlight-code code').first().textContent()) ?? '';
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

async function photograph(page: Page): Promise<void> {
  mkdirSync(path.dirname(picture), { recursive: true });
  // The heading of the group and the answer, without the description of every possible one below.
  await page.evaluate("document.querySelector('#operations-tag-Me').scrollIntoView()");
  await page.screenshot({ path: picture });
}
