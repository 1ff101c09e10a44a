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

/**
 * Runs the part of `npm start` that offers a local chain. Like the server, it ends without a message to the chain.
 * @returns the environment that the server would get, and the text on standard output
 */
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
  const lastLine = stderr.trimEnd().split('\n').at(-1) ?? '';
  return { env: JSON.parse(lastLine) as Environment, output: stdout };
}

it.each([
  ['NODE_ENV is production', { NODE_ENV: 'production' }],
  ['CHAIN_RPC_URL is set', { CHAIN_RPC_URL: 'http://elsewhere' }],
  ['CHAIN_RPC_URL_FILE is set', { CHAIN_RPC_URL_FILE: '/run/secrets/rpc' }],
  ['CHAIN_KEYSTORE is set', { CHAIN_KEYSTORE: '/run/secrets/keystore' }],
  ['LOCAL_CHAIN is off', { LOCAL_CHAIN: 'off' }],
])('npm start offers no local chain if %s', (_condition, env) => {
  expect(offer(env)).toEqual({ env, output: '' });
  expect(readdirSync(folder)).toEqual([]);
});

describeWithAnvil('a local chain', () => {
  /** Waits until the chain has been saved, which happens after the end of the server. @returns the path of its state file */
  const waitForStateFile = async (): Promise<string> => {
    for (;;) {
      const files = readdirSync(folder);
      if (files.length === 1 && files[0]!.endsWith('.state')) return path.join(folder, files[0]!);
      await sleep(20);
    }
  };

  it('npm start starts a local chain and sets the settings of the chain that are not set', async () => {
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
    expect(output).toBe(`A local chain runs at ${env.CHAIN_RPC_URL}; the TeoCoin contract is ${env.CHAIN_CONTRACT}\n`);
    await waitForStateFile();
    await expect(fetch(env.CHAIN_RPC_URL!)).rejects.toThrow('fetch failed');
  });

  it('npm start reports that the local chain does not start, and then sets no setting', async () => {
    const database = { DATABASE_URL: 'postgres://somewhere/teoart' };
    offer(database);
    writeFileSync(await waitForStateFile(), 'half a fi');
    const { env, output } = offer(database);
    expect(env).toEqual(database);
    expect(output).toBe('No local chain (see the reason above): coins cannot be withdrawn or deposited\n');
  });

  it('npm start starts a new local chain for a new SQLite file', async () => {
    const database = { DATABASE_URL: `sqlite:${folder}/school.sqlite3` };
    offer(database);
    writeFileSync(await waitForStateFile(), 'half a fi');
    expect(offer(database).env.CHAIN_ID).toBe('31337');
    await waitForStateFile();
  });
});
