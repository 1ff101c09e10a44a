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
 * Starts a chain for a development server and fills in the chain settings that are not set. Without a chain everything but
 * withdrawals and deposits works, so an error is only logged and the server starts anyway.
 */
export async function offerLocalChain(env, folder = path.join(root, 'var/chain')) {
  // A setting may also come from a file. A keystore means that a real chain is used.
  const isSet = (name) => Boolean(env[name] || env[`${name}_FILE`]);
  const hasOtherChain = isSet('CHAIN_RPC_URL') || isSet('CHAIN_KEYSTORE');
  if (hasOtherChain || env.LOCAL_CHAIN === 'off' || env.NODE_ENV === 'production') return;
  if (!anvilBinary())
    return console.log(`No local chain: anvil for ${process.platform}-${process.arch} is not installed`);
  const chain = await startChain(stateFileFor(env, folder));
  if (!chain) return console.log('No local chain (see the reason above): coins cannot be withdrawn or deposited');
  for (const [name, value] of Object.entries(settingsOf(chain))) if (!isSet(name)) env[name] = value;
  console.log(`A local chain runs at ${chain.rpcUrl}; the TeoCoin contract is ${chain.contract}`);
}

/**
 * Each database has its own chain file, because its withdrawals refer to nonces and blocks of that chain. A database that was
 * deleted and created again gets a new chain.
 */
function stateFileFor({ DATABASE_URL, DATABASE_URL_FILE }, folder) {
  const database = DATABASE_URL || DATABASE_URL_FILE || 'sqlite:var/teoart.sqlite3';
  const name = createHash('sha256').update(database).digest('hex').slice(0, 12);
  const file = path.join(folder, `${name}.state`);
  const [, databaseFile] = /^sqlite:(.+)$/.exec(database) ?? [];
  if (databaseFile && !existsSync(databaseFile)) rmSync(file, { force: true });
  return file;
}

/** Confirmations and waiting times are short, so that withdrawals can be tried out without a long wait. */
const settingsOf = ({ rpcUrl, chainId, contract, treasuryKey }) => ({
  CHAIN_RPC_URL: rpcUrl,
  CHAIN_ID: String(chainId),
  CHAIN_CONTRACT: contract,
  CHAIN_PRIVATE_KEY: treasuryKey,
  CHAIN_CONFIRMATIONS: '3',
  CHAIN_FINALIZED_TAG: 'off',
  // Pending transactions are not saved when the chain stops. They are sent again after a quarter of this time.
  CHAIN_STUCK_SECONDS: '20',
  WALLET_COOLDOWN_MINUTES: '0',
});

/** Starts the supervisor and returns the chain it reports, or null. The supervisor ends when this process has ended. */
async function startChain(file) {
  const supervisor = fileURLToPath(new URL('local-chain.mjs', import.meta.url));
  // The child is detached, because Ctrl-C in the terminal must not end the chain before the server that uses it.
  const child = spawn(process.execPath, [supervisor, '--state', file, '--block-time', BLOCK_SECONDS], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const readyLine = await firstLine(child.stdout);
  for (const handle of [child, child.stdin, child.stdout]) handle.unref();
  return readyLine && JSON.parse(readyLine);
}

async function firstLine(input) {
  for await (const line of createInterface({ input })) return line;
  return null;
}
