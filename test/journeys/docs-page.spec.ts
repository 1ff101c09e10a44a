import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { accessibilityFindings, appearances, overflowOf } from '../support/accessibility';
import { describeInBrowser, launchBrowser, watchPage } from '../support/browser';
import { buildOnce } from '../support/build-once';
import { freshDatabaseUrl } from '../support/database-url';
import { Server } from '../support/server';

/** `SCREENSHOT=on npx jest test/journeys/docs-page` writes the screenshot of the documentation. */
const picture = path.join(__dirname, '../../docs/images/docs-page.png');

const credentials = { username: 'giulia.r', password: 'boats in the early fog' };

jest.setTimeout(600_000);

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
    const person = { ...credentials, email: 'giulia@school.test', role: 'student' };
    expect((await server.caller().post('/auth/register', person)).status).toBe(201);
    // The page is loaded once for all tests, because a busy machine needs some ten seconds to draw it.
    await page.goto(`${server.url}/docs`);
    await page.waitForSelector('#operations-tag-Me', { timeout: 120_000 });
  });
  afterEach(() => void problems.splice(0));
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Types into the search, waits for its result and returns the operations that the page shows. */
  const search = async (phrase: string): Promise<string[]> => {
    await page.fill('#search', phrase);
    await page.locator('#found', { hasText: phrase ? / of / : /^\d+ operations$/ }).waitFor();
    // The page filters a moment after the last key.
    await page.waitForTimeout(700);
    const paths = await page
      .locator('.opblock-summary-control')
      .evaluateAll((controls) =>
        controls.map((control) =>
          ['.opblock-summary-method', '.opblock-summary-path']
            .map((part) => control.querySelector(part)!.textContent)
            .join(' '),
        ),
      );
    return paths.map((text) => text.replaceAll('\u200b', ''));
  };
  /** The id of an operation in the page, whatever the operation is called. */
  const operationAt = (method: string, routePath: string): string => {
    const item = server.document.paths[routePath] as Record<string, { operationId: string; tags: string[] }>;
    const { operationId, tags } = item[method]!;
    return `operations-${tags[0]}-${operationId}`;
  };
  const routes = () =>
    Object.values(server.document.paths).flatMap((item) =>
      Object.values(item as Record<string, { operationId: string }>),
    );

  test('the documentation page loads everything from its own server, closes its groups at first and reports no error', async () => {
    expect(await page.title()).toBe('TeoArt School Platform: API');
    expect(await page.locator('.opblock').count()).toBe(0);
    expect(await page.locator('#found').textContent()).toBe(`${routes().length} operations`);
    expect(problems).toEqual([]);
  });

  test('the search finds operations by method, path, summary and operationId, and closes the groups again', async () => {
    expect(await search('post coins/transfers')).toEqual(['POST /api/v1/coins/transfers']);
    expect(await search('TeoCoins to another user')).toEqual(['POST /api/v1/coins/transfers']);
    const { operationId } = (server.document.paths['/api/v1/coins/transfers'] as { post: { operationId: string } })
      .post;
    expect(await search(operationId)).toEqual(['POST /api/v1/coins/transfers']);
    expect(await search('delete')).toContain('DELETE /api/v1/lessons/{id}');
    expect(await search('no such thing')).toEqual([]);
    expect(await page.locator('#found').textContent()).toBe(`0 of ${routes().length} operations`);
    expect(await search('')).toEqual([]);
    expect(await page.locator('.opblock-tag').count()).toBeGreaterThan(8);
    await page.locator('body').press('/');
    expect(await page.evaluate('document.activeElement.id')).toBe('search');
  });

  test('a reader of the documentation page signs in by name and password, calls GET /me and signs out', async () => {
    await page.fill('[name=login]', credentials.username);
    await page.fill('[name=password]', 'not this one');
    await page.click('#sign-in button');
    await page.locator('#sign-in-message', { hasText: /wrong/i }).waitFor();
    // The browser reports a response 401 as an error.
    problems.splice(0);
    await signIn(page);
    expect(await page.locator('#who').textContent()).toBe('giulia.r (student)');
    await search('/api/v1/me');
    const me = await tryOut(page, operationAt('get', '/api/v1/me'));
    expect([me.status, JSON.parse(me.body)]).toEqual(['200', expect.objectContaining({ username: 'giulia.r' })]);
    if (process.env.SCREENSHOT) await takeScreenshot(page);
    // The page must not store the token, because the next person at the same browser could use it.
    expect(
      await page.evaluate('Object.keys(localStorage).concat(Object.keys(sessionStorage), document.cookie)'),
    ).toEqual(['']);
    await page.click('#sign-out');
    await page.waitForSelector('#sign-in:not([hidden])');
    expect(problems).toEqual([]);
    expect((await tryOut(page, operationAt('get', '/api/v1/me'))).status).toBe('401');
  });

  test('the documentation page refreshes its token once before it ends, however many requests wait for it', async () => {
    const refreshes: number[] = [];
    const other = await browser.newPage();
    other.on('request', (request) => void (request.url().endsWith('/auth/refresh') && refreshes.push(Date.now())));
    // The server says that the token ends in 20 seconds, so it is due for a refresh at once.
    await other.route('**/api/v1/auth/login', async (route) => {
      const response = await route.fetch();
      const body = { ...(await response.json()), expiresAt: new Date(Date.now() + 20_000).toISOString() };
      await route.fulfill({ response, json: body });
    });
    await other.goto(`${server.url}/docs/problems`);
    const tokens = (await other.evaluate(`(async () => {
      const { signIn, freshToken } = await import('/docs/session.js');
      const { username, password } = ${JSON.stringify(credentials)};
      await signIn(username, password);
      return Promise.all([freshToken(), freshToken(), freshToken()]);
    })()`)) as string[];
    expect(new Set(tokens).size).toBe(1);
    expect(refreshes).toHaveLength(1);
    expect((await server.caller(() => tokens[0]!).get('/me')).status).toBe(200);
    await other.close();
  });

  test('the colours follow the system until the reader switches them', async () => {
    const waitForDark = () => page.locator('html.dark-mode').waitFor();
    const waitForLight = () => page.locator('html:not(.dark-mode)').waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await waitForDark();
    await page.click('#theme');
    await waitForLight();
    await page.click('#theme');
    await waitForDark();
    await page.emulateMedia({ colorScheme: 'light' });
    await waitForLight();
    expect(await page.locator('html.dark-mode').count()).toBe(0);
  });

  test.each(appearances)(
    'axe-core finds nothing serious on the documentation page with open operations: $colorScheme, $width px',
    async ({ colorScheme, width }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await search('coins/transfers');
      await open(page.locator(`#${operationAt('post', '/api/v1/coins/transfers')}`));
      expect(await overflowOf(page)).toBe(0);
      expect(await accessibilityFindings(page)).toEqual([]);
      await search('GET /api/v1/me/notifications');
      const list = page.locator(`#${operationAt('get', '/api/v1/me/notifications')}`);
      await open(list);
      await list.locator('button.execute').click();
      await list.locator('.live-responses-table .response').first().waitFor();
      await list.locator('.model-example .tab li button', { hasText: 'Schema' }).first().click();
      expect(await overflowOf(page)).toBe(0);
      expect(await accessibilityFindings(page)).toEqual([]);
      await search('');
      expect(await accessibilityFindings(page)).toEqual([]);
    },
  );

  test('the documentation page does not fill in filters of lists or headers of changes', async () => {
    const filledInputs = async (operation: string): Promise<string[]> => {
      const block = page.locator(`#${operation}`);
      await open(block);
      // The body is there before its parameters.
      await block.locator('.parameters input').first().waitFor();
      const inputs = await block.locator('.parameters input').all();
      return (await Promise.all(inputs.map((input) => input.inputValue()))).filter(Boolean);
    };
    await search('listCourses');
    expect(await filledInputs(operationAt('get', '/api/v1/courses'))).toEqual(['20']);
    await search('updateMe');
    expect(await filledInputs(operationAt('patch', '/api/v1/me'))).toEqual([]);
    await search('transferCoins');
    expect(await filledInputs(operationAt('post', '/api/v1/coins/transfers'))).toEqual([]);
  });

  test('the documentation page sends a new Idempotency-Key with each request that moves coins', async () => {
    const keys: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/coins/transfers')) keys.push(request.headers()['idempotency-key']);
    });
    await signIn(page);
    await search('coins/transfers');
    const transfer = operationAt('post', '/api/v1/coins/transfers');
    const first = await tryOut(page, transfer, { recipientId: 1, amount: 1 });
    expect(JSON.parse(first.body).code).not.toBe('IDEMPOTENCY_KEY_REQUIRED');
    await page.locator(`#${transfer} button.execute`).click();
    while (keys.length < 2) await page.waitForTimeout(20);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(keys[0]).not.toBe(keys[1]);
  });

  test('the documentation page ends its session when it is closed, because its tokens are lost then', async () => {
    const other = await browser.newPage();
    await other.goto(`${server.url}/docs/problems`);
    const { username, password } = credentials;
    await other.evaluate(`import('/docs/session.js').then(({ signIn }) => signIn('${username}', '${password}'))`);
    const { accessToken } = (await server.caller().post('/auth/login', { login: username, password })).body;
    const countSessions = async (): Promise<number> =>
      (await server.caller(() => accessToken).get('/me/sessions?limit=100')).body.data.length;
    const count = await countSessions();
    await other.goto('about:blank');
    for (const deadline = Date.now() + 10_000; (await countSessions()) === count && Date.now() < deadline;)
      await page.waitForTimeout(50);
    expect(await countSessions()).toBe(count - 1);
    await other.close();
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

  test.each(appearances)(
    'axe-core finds nothing serious on the page /docs/problems: $colorScheme, $width px',
    async ({ colorScheme, width }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      expect(await overflowOf(page)).toBe(0);
      expect(await accessibilityFindings(page)).toEqual([]);
    },
  );
});

/** Opens an operation, fills in its body, presses Execute and returns the response that the page shows. */
async function tryOut(page: Page, operation: string, body?: object): Promise<{ status: string; body: string }> {
  const block = page.locator(`#${operation}`);
  await open(block);
  if (body) await block.locator('textarea.body-param__text').fill(JSON.stringify(body));
  // Otherwise the response of an earlier request would be read.
  const clear = block.locator('.btn-clear');
  if (await clear.isVisible()) await clear.click();
  await block.locator('button.execute').click();
  const response = block.locator('.live-responses-table .response').first();
  const status = (await response.locator('.response-col_status').textContent()) ?? '';
  const shown = (await response.locator('.highlight-code code').first().textContent()) ?? '';
  return { status: status.trim().slice(0, 3), body: shown };
}

async function open(block: Locator): Promise<void> {
  if (await block.evaluate((element) => element.classList.contains('is-open'))) return;
  await block.locator('.opblock-summary-control').click();
  await block.locator('.opblock-body').waitFor();
}

async function signIn(page: Page): Promise<void> {
  await page.fill('[name=login]', credentials.username);
  await page.fill('[name=password]', credentials.password);
  await page.click('#sign-in button');
  await page.waitForSelector('#signed-in:not([hidden])');
}

async function takeScreenshot(page: Page): Promise<void> {
  mkdirSync(path.dirname(picture), { recursive: true });
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: picture });
}
