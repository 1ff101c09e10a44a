import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describeWithAnvil } from '../../support/on-chain';

const script = pathToFileURL(path.resolve(__dirname, '../../../scripts/offer-local-chain.mjs')).href;
type Environment = Record<string, string>;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'teoart-offer-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What `npm start` would run with, and what it would say; it ends as the server does, without a word to the chain. */
function offer(env: Environment): { env: Environment; said: string } {
  const program = `
    import { offerLocalChain } from '${script}';
    const env = ${JSON.stringify(env)};
    await offerLocalChain(env, ${JSON.stringify(folder)});
    console.error(JSON.stringify(env));
    process.exit(0);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  const [last = ''] = stderr.trimEnd().split('\n').slice(-1);
  return { env: JSON.parse(last) as Environment, said: stdout };
}

describe('no local chain is offered', () => {
  it.each([
    ['in production', { NODE_ENV: 'production' }],
    ['to who has a chain', { CHAIN_RPC_URL: 'http://elsewhere' }],
    ['to who has a chain in a file', { CHAIN_RPC_URL_FILE: '/run/secrets/rpc' }],
    ['to who has a keystore', { CHAIN_KEYSTORE: '/run/secrets/keystore' }],
    ['to who wants none', { LOCAL_CHAIN: 'off' }],
  ])('%s', (_to, env) => {
    expect(offer(env)).toEqual({ env, said: '' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describeWithAnvil('a local chain', () => {
  /** The chain is saved after the server has gone. */
  const stateFile = async (): Promise<string> => {
    for (;;) {
      const [file, ...others] = readdirSync(folder);
      if (file?.endsWith('.state') && others.length === 0) return path.join(folder, file);
      await sleep(20);
    }
  };

  it('gives the settings that are not set', async () => {
    const { env, said } = offer({ CHAIN_CONFIRMATIONS: '9', CHAIN_PRIVATE_KEY_FILE: '/run/secrets/key' });
    expect(env).toEqual({
      CHAIN_RPC_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      CHAIN_ID: '31337',
      CHAIN_CONTRACT: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
      CHAIN_PRIVATE_KEY_FILE: '/run/secrets/key',
      CHAIN_CONFIRMATIONS: '9',
      CHAIN_FINALIZED_TAG: 'off',
      CHAIN_STUCK_SECONDS: '20',
      WALLET_COOLDOWN_MINUTES: '0',
    });
    expect(said).toBe(`A local chain runs at ${env.CHAIN_RPC_URL}; the TeoCoin contract is ${env.CHAIN_CONTRACT}\n`);
    await stateFile();
    await expect(fetch(env.CHAIN_RPC_URL!)).rejects.toThrow('fetch failed');
  });

  it('that does not start is said, and nothing is set', async () => {
    const database = { DATABASE_URL: 'postgres://somewhere/teoart' };
    offer(database);
    writeFileSync(await stateFile(), 'half a fi');
    const { env, said } = offer(database);
    expect(env).toEqual(database);
    expect(said).toBe('No local chain (see the reason above): coins cannot be withdrawn or deposited\n');
  });

  it('is a new one for a new SQLite file', async () => {
    const database = { DATABASE_URL: `sqlite:${folder}/school.sqlite3` };
    offer(database);
    writeFileSync(await stateFile(), 'half a fi');
    expect(offer(database).env.CHAIN_ID).toBe('31337');
    await stateFile();
  });
});
