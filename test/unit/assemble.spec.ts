import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { assemble } from '../../src/app.module';
import { chainSettings } from '../../src/modules/chain';
import { Config } from '../../src/platform/config/config';
import { loadExtensions } from '../../src/platform/process/extension-loader';

const folder = mkdtempSync(path.join(tmpdir(), 'teoart-assemble-'));
afterAll(() => rmSync(folder, { recursive: true }));

function packageOf(name: string, code: string): string {
  const file = path.join(folder, `${name}.cjs`);
  writeFileSync(file, code);
  return file;
}

it('the start reports the problems of the platform and of every module in one message', () => {
  const settings = { NODE_ENV: 'production', CHAIN_RPC_URL: 'http://127.0.0.1:1', MAX_LESSON_REWARD: '-1' };
  expect(() => assemble(settings)).toThrow(/AUTH_SECRET[^]*MAX_LESSON_REWARD[^]*CHAIN_CONTRACT/);
});

it('settings of a module that cannot work together are refused each time they are read', () => {
  const config = new Config({ NODE_ENV: 'test', CHAIN_RPC_URL: 'http://127.0.0.1:1' });
  for (const attempt of [1, 2]) expect(() => [attempt, config.of(chainSettings)]).toThrow('CHAIN_CONTRACT: required');
});

it('a part of settings is checked although no list names it', () => {
  const part = { schema: z.object({ BADGES_PER_DAY: z.coerce.number() }) };
  expect(new Config({ NODE_ENV: 'test', BADGES_PER_DAY: '3' }).of(part)).toEqual({ BADGES_PER_DAY: 3 });
  expect(() => new Config({ NODE_ENV: 'test', BADGES_PER_DAY: 'three' }).of(part)).toThrow('BADGES_PER_DAY');
});

it('an extension that is named twice is loaded once', () => {
  const name = packageOf('twice', 'exports.extension = { module: class Twice {} };');
  expect(loadExtensions([name, name])).toHaveLength(1);
});

it('an extension that fails while it is loaded is named, with its error as the cause', () => {
  const name = packageOf('broken', 'throw new TypeError("no brush");');
  const error = ((): unknown => {
    try {
      return loadExtensions([name]);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toMatchObject({
    message: expect.stringContaining(`TEOART_EXTENSIONS: ${name} cannot be loaded: no brush`) as string,
    cause: expect.objectContaining({ message: 'no brush' }) as Error,
  });
});
