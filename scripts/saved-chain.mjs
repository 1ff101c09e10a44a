import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Saves a development chain in a file. The node could do this itself, but it writes in place, so a kill while writing loses the
 * chain. Here a complete new file replaces the old one.
 */
export class SavedChain {
  #file;
  #provider;
  #savedHead;

  constructor(file, provider) {
    this.#file = file;
    this.#provider = provider;
  }

  /** Loads the saved chain into the empty node. Returns false if there is none yet. */
  async load() {
    if (!existsSync(this.#file)) return false;
    const state = `0x${readFileSync(this.#file, 'hex')}`;
    const loaded = await this.#provider.send('anvil_loadState', [state]).catch((error) => {
      throw new Error(
        `${this.#file} is damaged (${error.error?.message ?? error.message}); delete the file to start a new chain`,
      );
    });
    return loaded;
  }

  /** Saves the chain in a few milliseconds. If there is no new block, this is only one request. */
  async save() {
    const { hash } = await this.#provider.send('eth_getBlockByNumber', ['latest', false]);
    if (hash === this.#savedHead) return;
    const state = await this.#provider.send('anvil_dumpState', []);
    writeFileSync(`${this.#file}.new`, state.slice(2), 'hex');
    renameSync(`${this.#file}.new`, this.#file);
    this.#savedHead = hash;
  }
}

/**
 * Locks the file, because two nodes that save into one file would overwrite each other's blocks. It waits for a while, because
 * the chain of a server that was just killed may still be saving.
 * @returns a function that unlocks the file
 * @throws if another process holds the lock after `timeoutMs`
 */
export async function lockFile(file, timeoutMs = 5_000) {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const lock = `${file}.lock`;
  const deadline = Date.now() + timeoutMs;
  for (let holder = holderOf(lock); holder && isRunning(holder); holder = holderOf(lock)) {
    if (Date.now() > deadline)
      throw new Error(`${file} is in use by process ${holder} (if that process is another program, delete ${lock})`);
    await sleep(100);
  }
  rmSync(lock, { force: true });
  writeFileSync(lock, String(process.pid), { flag: 'wx' });
  return () => rmSync(lock, { force: true });
}

/** The id of the process that holds the lock; null if the file is not locked. */
function holderOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
