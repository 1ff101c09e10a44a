import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser } from '../../support/browser';
import { School } from '../../support/school';
import { newFileFolder, picture, registerPurpose, upload } from '../../support/stored-files';

jest.setTimeout(120_000);

describeInBrowser('files in a browser, on a page of another origin', () => {
  let front: Server;
  let school: School;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    front = createServer((_request, response) => {
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>School</title>');
    }).listen(0, '127.0.0.1');
    await once(front, 'listening');
    school = await School.open({ environment: newFileFolder().settings });
    registerPurpose(school, 'test');
    await school.app.listen(0, '127.0.0.1');
    browser = await launchBrowser();
    page = await browser.newPage();
    await page.goto(`http://localhost:${(front.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await browser.close();
    await school.close();
    front.close();
  });

  /** The address at the port where this school listens. */
  const here = async (address: string): Promise<string> => {
    const { pathname, search } = new URL(address);
    return (await school.app.getUrl()) + pathname + search;
  };

  /** The script is a text, because the types of a browser are not those of this program. */
  const widthOf = (address: string): Promise<number> =>
    page.evaluate<number>(`new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve(image.naturalWidth);
      image.onerror = () => resolve(0);
      image.src = ${JSON.stringify(address)};
    })`);

  test('every variant of a picture is shown, and an address that was changed is not', async () => {
    const bytes = await picture(1200, 800).jpeg().toBuffer();
    const { body } = await upload(school, await school.student(), { bytes, purpose: 'test' });
    const widths: [string, number][] = [];
    for (const { variant, url } of body.variants as { variant: string; url: string }[])
      widths.push([variant, await widthOf(await here(url))]);
    expect(Object.fromEntries(widths)).toEqual({ '320': 320, '960': 960, '1920': 1200, original: 1200 });
    expect(await widthOf((await here(body.variants[0].url)).replace('expires=1', 'expires=2'))).toBe(0);
  });

  test('a document that is opened as a page is downloaded', async () => {
    const bytes = Buffer.from('%PDF-1.4\n<script>document.title = "run"</script>\n%%EOF\n');
    const { body } = await upload(school, await school.student(), { bytes, purpose: 'test', name: 'score.pdf' });
    const download = page.waitForEvent('download');
    await page.goto(await here(body.variants[0].url)).catch(() => undefined);
    expect((await download).suggestedFilename()).toBe('score.pdf');
    expect(await page.title()).toBe('School');
  });
});
