import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { anvilBinary } from './anvil.mjs';
import { root } from './install.mjs';

const BLOCK_SECONDS = '2';

/**
 * Gives a development server a chain of its own, by settings that were not set otherwise. Without one everything but
 * withdrawals and deposits works: whatever goes wrong here is told in a line, and no reason not to start.
 */
export async function offerLocalChain(env, folder = path.join(root, 'var/chain')) {
  // A setting may also come from a file; who has a keystore means a real chain.
  const isSet = (name) => Boolean(env[name] || env[`${name}_FILE`]);
  const elsewhere = isSet('CHAIN_RPC_URL') || isSet('CHAIN_KEYSTORE');
  if (elsewhere || env.LOCAL_CHAIN === 'off' || env.NODE_ENV === 'production') return;
  if (!anvilBinary()) return console.log(`No local chain: there is no anvil for ${process.platform}-${process.arch}`);
  const chain = await started(stateFor(env, folder));
  if (!chain) return console.log('No local chain (the reason is above): coins cannot be withdrawn or deposited');
  for (const [name, value] of Object.entries(settingsOf(chain))) if (!isSet(name)) env[name] = value;
  console.log(`A local chain runs at ${chain.rpcUrl}; TeoCoin is ${chain.contract}`);
}

/**
 * A chain belongs to a database, whose withdrawals know its nonces and its blocks: each has a file, and a new database
 * in place of one that was deleted begins with a new chain.
 */
function stateFor({ DATABASE_URL, DATABASE_URL_FILE }, folder) {
  const database = DATABASE_URL || DATABASE_URL_FILE || 'sqlite:var/teoart.sqlite3';
  const name = createHash('sha256').update(database).digest('hex').slice(0, 12);
  const file = path.join(folder, `${name}.state`);
  const [, databaseFile] = /^sqlite:(.+)$/.exec(database) ?? [];
  if (databaseFile && !existsSync(databaseFile)) rmSync(file, { force: true });
  return file;
}

/** Nobody waits half an hour for a coin to try the school out. */
const settingsOf = ({ rpcUrl, chainId, contract, treasuryKey }) => ({
  CHAIN_RPC_URL: rpcUrl,
  CHAIN_ID: String(chainId),
  CHAIN_CONTRACT: contract,
  CHAIN_PRIVATE_KEY: treasuryKey,
  CHAIN_CONFIRMATIONS: '3',
  CHAIN_FINALIZED_TAG: 'off',
  WALLET_COOLDOWN_MINUTES: '0',
});

/** What the supervisor announced, or null. It ends by itself when this process is gone, however that came about. */
async function started(file) {
  const supervisor = fileURLToPath(new URL('local-chain.mjs', import.meta.url));
  // A group of its own: Ctrl-C in the terminal must not end the chain before the server that uses it.
  const child = spawn(process.execPath, [supervisor, '--state', file, '--block-time', BLOCK_SECONDS], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const announcement = await firstLine(child.stdout);
  for (const handle of [child, child.stdin, child.stdout]) handle.unref();
  return announcement && JSON.parse(announcement);
}

async function firstLine(input) {
  for await (const line of createInterface({ input })) return line;
  return null;
}
