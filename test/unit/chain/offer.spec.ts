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

/** The settings and the output of `npm start`. Like the server, the program exits without stopping the chain. */
function offer(env: Environment): { env: Environment; output: string } {
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
  return { env: JSON.parse(last) as Environment, output: stdout };
}

describe('npm start without a local chain', () => {
  it.each([
    ['in production', { NODE_ENV: 'production' }],
    ['if CHAIN_RPC_URL is set', { CHAIN_RPC_URL: 'http://elsewhere' }],
    ['if CHAIN_RPC_URL_FILE is set', { CHAIN_RPC_URL_FILE: '/run/secrets/rpc' }],
    ['if CHAIN_KEYSTORE is set', { CHAIN_KEYSTORE: '/run/secrets/keystore' }],
    ['if LOCAL_CHAIN is off', { LOCAL_CHAIN: 'off' }],
  ])('npm start starts no local chain %s', (_case, env) => {
    expect(offer(env)).toEqual({ env, output: '' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describeWithAnvil('a local chain', () => {
  /** Waits for the file, because the chain is saved after the server has exited. */
  const stateFile = async (): Promise<string> => {
    for (;;) {
      const [file, ...others] = readdirSync(folder);
      if (file?.endsWith('.state') && others.length === 0) return path.join(folder, file);
      await sleep(20);
    }
  };

  it('npm start starts a local chain and adds the settings for it that are not set', async () => {
    const { env, output } = offer({ CHAIN_CONFIRMATIONS: '9', CHAIN_PRIVATE_KEY_FILE: '/run/secrets/key' });
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
    expect(output).toBe(`A local chain runs at ${env.CHAIN_RPC_URL}; TeoCoin is ${env.CHAIN_CONTRACT}\n`);
    await stateFile();
    await expect(fetch(env.CHAIN_RPC_URL!)).rejects.toThrow('fetch failed');
  });

  it('npm start says that the local chain did not start, and adds no settings', async () => {
    const database = { DATABASE_URL: 'postgres://somewhere/teoart' };
    offer(database);
    writeFileSync(await stateFile(), 'half a fi');
    const { env, output } = offer(database);
    expect(env).toEqual(database);
    expect(output).toBe('No local chain (the reason is above): coins cannot be withdrawn or deposited\n');
  });

  it('npm start uses a new local chain for a new SQLite file', async () => {
    const database = { DATABASE_URL: `sqlite:${folder}/school.sqlite3` };
    offer(database);
    writeFileSync(await stateFile(), 'half a fi');
    expect(offer(database).env.CHAIN_ID).toBe('31337');
    await stateFile();
  });
});
