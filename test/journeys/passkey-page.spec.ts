import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { root } from '../support/build-once';
import { describeInBrowser, launchBrowser } from '../support/browser';
import { builtClient } from '../support/client-package';
import { School } from '../support/school';

jest.setTimeout(120_000);

/** Serves an empty page, and the scripts of the repository. */
async function servePage(): Promise<Server> {
  builtClient();
  const server = createServer(({ url }, response) => {
    const isScript = /\.m?js$/.test(url!);
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? readFileSync(path.join(root, url!)) : '<!doctype html><title>Passkeys</title>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describeInBrowser('passkeys in a browser with a virtual authenticator', () => {
  let pages: Server;
  let school: School;
  let browser: Browser;
  let page: Page;
  let devTools: CDPSession;
  let authenticatorId: string;
  beforeAll(async () => {
    pages = await servePage();
    // A page on localhost counts as secure, and `localhost` is the domain of its passkeys.
    const origin = `http://localhost:${(pages.address() as AddressInfo).port}`;
    school = await School.open({ environment: { PUBLIC_URL: origin, CORS_ORIGINS: origin } });
    await school.app.listen(0, '127.0.0.1');
    browser = await launchBrowser();
    page = await browser.newPage();
    await page.goto(`${origin}/?school=${encodeURIComponent(await school.app.getUrl())}`);
    devTools = await page.context().newCDPSession(page);
    await devTools.send('WebAuthn.enable');
    ({ authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    }));
  });
  afterAll(async () => {
    await browser?.close();
    await school?.close();
    pages?.close();
  });

  /** Calls a function of the program of the page. */
  const call = (name: string, ...values: string[]): Promise<any> =>
    page.evaluate(
      `import('/test/journeys/passkey-page.mjs').then((page) => page.${name}(...${JSON.stringify(values)}))`,
    );

  test('a person adds a passkey, signs in with it without a name, and proves with it who they are', async () => {
    expect(await call('register', 'carla')).toBe('carla');
    const added = await call('addPasskey', 'Laptop');
    expect(added).toMatchObject({ name: 'Laptop', isSynced: false });
    expect(added.recoveryCodes).toHaveLength(10);
    await call('signOut');
    expect(await call('passwordAlone', 'carla')).toBe('SIGN_IN_INCOMPLETE');
    expect(await call('signInWithPasskey')).toBe('carla');
    expect(await call('signInWithPasskey')).toBe('carla');
    expect(await call('passkeyNames')).toEqual(['Laptop']);
    expect(Date.parse((await call('proveAgain')).expiresAt)).toBeGreaterThan(Date.now());
    const { credentials } = await devTools.send('WebAuthn.getCredentials', { authenticatorId });
    // The browser counts the creation too.
    expect(credentials).toMatchObject([{ rpId: 'localhost', isResidentCredential: true, signCount: 4 }]);
  });

  test('the browser does not add a second passkey of the same authenticator', async () => {
    await expect(call('addPasskey', 'Again')).rejects.toThrow('InvalidStateError');
  });

  test('a person who fails the PIN or the finger does not sign in', async () => {
    await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await expect(call('signInWithPasskey')).rejects.toThrow('NotAllowedError');
    await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    expect(await call('signInWithPasskey')).toBe('carla');
  });
});
