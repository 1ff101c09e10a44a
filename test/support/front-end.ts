import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { root } from './build-once';

const documentedUrl = 'http://localhost:3000';
const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
};
const waitMs = 10_000;

export interface FrontEnd {
  port: number;
  close: () => void;
}

/** Serves the files of the repository, with the address of the school in the place of the documented one. */
export async function serveFrontEnd(schoolUrl: string): Promise<FrontEnd> {
  const server = createServer(({ url }, response) => {
    const file = path.join(root, new URL(url!, documentedUrl).pathname);
    const mediaType = mediaTypes[path.extname(file)];
    // Browsers ask for an icon. A 404 would be an error of the page.
    if (url === '/favicon.ico') return void response.writeHead(204).end();
    if (!mediaType || !existsSync(file)) return void response.writeHead(404).end();
    response.setHeader('content-type', mediaType);
    response.end(readFileSync(file, 'utf8').replaceAll(documentedUrl, schoolUrl));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** The only tab of a new browser profile. It records the requests to the school; preflights are no requests of a screen. */
export class Tab {
  private requests: string[] = [];
  /** Errors and warnings of the pages. */
  readonly problems: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly folderUrl: string,
    schoolUrl: string,
  ) {
    page.setDefaultTimeout(waitMs);
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('console', (message) => {
      if (/error|warning/.test(message.type())) this.problems.push(message.text());
    });
    page.on('request', (request) => {
      const { origin, pathname } = new URL(request.url());
      if (origin !== schoolUrl || request.method() === 'OPTIONS') return;
      this.requests.push(`${request.method()} ${pathname.replace('/api/v1', '').replace(/\d+/g, '{id}')}`);
    });
  }

  /** @param folderUrl the address of the pages */
  static async create(browser: Browser, folderUrl: string, schoolUrl: string): Promise<Tab> {
    const context = await browser.newContext();
    return new Tab(await context.newPage(), folderUrl, schoolUrl);
  }

  /** Opens a page. Like `follow` and `press`, it then does what `requestsUntil` does. */
  async open(file: string, ...texts: string[]): Promise<string[]> {
    await this.page.goto(`${this.folderUrl}/${file}`);
    return this.requestsUntil(texts);
  }

  async follow(link: string, ...texts: string[]): Promise<string[]> {
    await this.page.getByRole('link', { name: link, exact: true }).first().click();
    return this.requestsUntil(texts);
  }

  async press(button: string, ...texts: string[]): Promise<string[]> {
    await this.page.getByRole('button', { name: button, exact: true }).click();
    return this.requestsUntil(texts);
  }

  async fill(label: string, text: string): Promise<void> {
    await this.page.getByLabel(label).fill(text);
  }

  /** Waits until the page shows the texts, and returns the requests since the last call. */
  async requestsUntil(texts: string[]): Promise<string[]> {
    for (const text of texts) await this.page.getByText(text).first().waitFor();
    return this.requests.splice(0);
  }
}
