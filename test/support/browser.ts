import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { testEngine } from './database-url';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
];

const skipReason = ((): string | null => {
  if (testEngine() === 'postgres') return 'the page does not depend on the database engine';
  return existsSync(executablePath) ? null : `there is no ${executablePath}: install Chromium or set CHROMIUM_PATH`;
})();

/** Like `describe`. Without a browser the tests are skipped, and their name contains the reason. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (skipReason) describe.skip(`${name} (skipped: ${skipReason})`, tests);
  else describe(name, tests);
}

export const launchBrowser = (): Promise<Browser> => chromium.launch({ executablePath, args: flags });

/**
 * Collects the errors and warnings of the page, and its requests to an origin other than the server's.
 * @param isExpected returns true for a message of the browser that is not a problem
 */
export function watchPage(
  page: Page,
  origin: string,
  isExpected: (message: string) => boolean = () => false,
): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (/error|warning/.test(message.type()) && !isExpected(message.text())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin)
      problems.push(`elsewhere: ${request.url()}`);
  });
  return problems;
}
