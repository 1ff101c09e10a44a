import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };
const MAX_LOG_LINES = 20;

const BINARY = process.platform === 'win32' ? 'anvil.exe' : 'anvil';

/** The node's program for this platform, or null where npm has none: it is an optional package of each platform. */
export function anvilBinary() {
  const name = `@foundry-rs/anvil-${process.platform}-${ARCHITECTURES[process.arch]}`;
  try {
    const binary = path.join(createRequire(import.meta.url).resolve(`${name}/package.json`), `../bin/${BINARY}`);
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

/**
 * Starts a node on 127.0.0.1 that mines each transaction at once.
 * @returns the address of the node (`url`) and its process (`child`)
 * @throws with the output of anvil if it does not start
 */
export async function startAnvil({ port, slotsInAnEpoch }) {
  const binary = anvilBinary();
  if (!binary) throw new Error(`anvil for ${process.platform}-${process.arch} is not installed`);
  // anvil stores the states of older blocks in files, by default below the home folder of the user.
  const scratch = mkdtempSync(path.join(tmpdir(), 'teoart-anvil-'));
  const epoch = slotsInAnEpoch ? ['--slots-in-an-epoch', slotsInAnEpoch] : [];
  const child = spawn(binary, ['--host', '127.0.0.1', '--port', port, '--cache-path', scratch, ...epoch], {
    // The environment is replaced, because ETH_… and FOUNDRY_… variables of the caller would configure the node.
    env: { HOME: scratch },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
  return { url: `http://${await waitUntilListening(child)}`, child };
}

/** Waits for the address. Both outputs are read until the process ends, because a full pipe would block it. */
async function waitUntilListening(child) {
  const log = [];
  const lines = [child.stdout, child.stderr].map((input) => createInterface({ input }));
  return new Promise((resolve, reject) => {
    const readLine = (line) => {
      const address = /^Listening on (\S+)/.exec(line)?.[1];
      if (address) resolve(address);
      if (log.push(line) > MAX_LOG_LINES) log.shift();
    };
    for (const stream of lines) stream.on('line', readLine);
    child.once('error', reject);
    child.once('close', (code, signal) => reject(new Error(`anvil exited with ${signal ?? code}: ${log.join('\n')}`)));
  });
}

export async function endAnvil(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
