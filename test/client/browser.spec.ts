import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser } from '../support/browser';
import { builtClient } from '../support/client-package';
import { ListeningSchool } from './client-fixtures';

const password = 'boats in the early fog';

/** The program of the page. */
const app = `
import { createSchoolClient, storageTokens } from '/index.js';
const school = createSchoolClient({ baseUrl: new URLSearchParams(location.search).get('school'), tokens: storageTokens(localStorage) });

export async function register(password) {
  const body = { username: 'carla', email: 'carla@school.test', password, role: 'student' };
  return (await school.register({ body })).user.username;
}
export async function editTwice() {
  const basedOn = await school.getMe();
  await school.updateMe({ body: { bio: 'Oil and egg.' } }, { basedOn });
  return (await school.updateMe.try({ body: { bio: 'Egg.' } }, { basedOn })).problem.code;
}
export async function listen() {
  const stop = new AbortController();
  let isConnected = false;
  const onConnect = () => { isConnected = true; stop.abort(); };
  for await (const _ of school.streamNotifications({ lastEventId: 0, signal: stop.signal, onConnect }));
  return isConnected;
}
export async function expireToken() {
  const key = 'teoart-tokens';
  localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)), expiresAt: new Date().toISOString() }));
}
export const readName = async () => (await school.getMe()).username;
`;

/** Serves an empty page, its program and the modules of the client, as the server of a front end does. */
async function serveFrontEnd(): Promise<{ server: Server; origin: string }> {
  const dist = builtClient();
  const server = createServer(({ url }, response) => {
    const isScript = url!.endsWith('.js');
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    const script = (): string => (url === '/app.js' ? app : readFileSync(path.join(dist, url!), 'utf8'));
    response.end(isScript ? script() : '<!doctype html><title>App</title>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Runs a function of the program in a tab. */
const run = (tab: Page, name: string, argument = ''): Promise<unknown> =>
  tab.evaluate(`import('/app.js').then((app) => app.${name}('${argument}'))`);

describeInBrowser('the client in a page of another origin', () => {
  let front: Awaited<ReturnType<typeof serveFrontEnd>>;
  let listening: ListeningSchool;
  let browser: Browser;
  let tabs: [Page, Page];
  beforeAll(async () => {
    front = await serveFrontEnd();
    listening = await ListeningSchool.open({ CORS_ORIGINS: front.origin });
    browser = await launchBrowser();
    const context = await browser.newContext();
    tabs = [await context.newPage(), await context.newPage()];
    for (const tab of tabs) await tab.goto(`${front.origin}/?school=${encodeURIComponent(listening.url)}`);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await listening.close();
    front.server.close();
  });

  it('registers, edits with If-Match and hears the stream, and two tabs share one refresh', async () => {
    expect(await run(tabs[0], 'register', password)).toBe('carla');
    expect(await run(tabs[0], 'editTwice')).toBe('PRECONDITION_FAILED');
    expect(await run(tabs[0], 'listen')).toBe(true);
    const posts: string[] = [];
    for (const tab of tabs)
      tab.on('request', (request) => {
        if (request.method() === 'POST') posts.push(new URL(request.url()).pathname);
      });
    await run(tabs[0], 'expireToken');
    expect(await Promise.all(tabs.map((tab) => run(tab, 'readName')))).toEqual(['carla', 'carla']);
    expect(posts).toEqual(['/api/v1/auth/refresh']);
  }, 60_000);
});
