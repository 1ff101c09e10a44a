import { readFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser } from '../support/browser';
import { emptyDatabaseUrl } from '../support/database-url';
import { Server } from '../support/server';

jest.setTimeout(300_000);

/** The script of the page. */
const script = readFileSync(path.join(__dirname, 'page-of-another-origin.mjs'));

const html =
  '<!doctype html><title>Front end</title><link rel="icon" href="data:,"><script type="module" src="/script.mjs"></script>';

describeInBrowser('a page on another port, with a server in development and no settings', () => {
  let server: Server;
  let frontEnd: HttpServer;
  let browser: Browser;
  beforeAll(async () => {
    // An empty value is like none. The demo school is what `npm start` adds.
    server = await Server.start(await emptyDatabaseUrl(), { NODE_ENV: '', CORS_ORIGINS: '', DEMO_SCHOOL: 'on' });
    frontEnd = createServer(({ url }, response) => {
      const isScript = url === '/script.mjs';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? script : html);
    });
    await new Promise<void>((resolve) => frontEnd.listen(0, '127.0.0.1', resolve));
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    frontEnd?.close();
    await server?.stop();
  });

  const openPage = async (host: string): Promise<Page> => {
    const page = await browser.newPage();
    await page.goto(`http://${host}:${(frontEnd.address() as AddressInfo).port}/`);
    return page;
  };

  test('a page of another port signs in, refreshes its token, reads, edits and hears its notifications', async () => {
    const page = await openPage('localhost');
    expect(await page.evaluate(`useApi('${server.url}/api/v1')`)).toEqual({
      username: 'elena',
      readable: ['Date', 'ETag', 'X-Trace-Id', 'RateLimit-Remaining'],
      unchanged: 304,
      created: 201,
      edited: 412,
      transfer: 201,
      type: 'teocoin_transfer',
      signedOut: 204,
    });
    await page.close();
  });

  test('an EventSource whose ticket was used does not reconnect for ever', async () => {
    const page = await openPage('127.0.0.1');
    const state = await page.evaluate(`stateWithUsedTicket('${server.url}/api/v1')`);
    const closed = 2;
    expect(state).toBe(closed);
    await page.close();
  });
});
