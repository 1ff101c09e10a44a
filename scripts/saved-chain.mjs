import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A development chain in a file. The node can do this by itself, but writes in place: who is killed meanwhile has lost
 * the chain. Here a new file replaces the old one whole.
 */
export class SavedChain {
  #file;
  #provider;
  #savedHead;

  constructor(file, provider) {
    this.#file = file;
    this.#provider = provider;
  }

  /** Puts the saved chain into the empty node; false when there is none yet. */
  async load() {
    if (!existsSync(this.#file)) return false;
    const state = `0x${readFileSync(this.#file, 'hex')}`;
    const loaded = await this.#provider.send('anvil_loadState', [state]).catch((error) => {
      throw new Error(`${this.#file} is damaged (${error.error?.message ?? error.message}); delete it to begin anew`);
    });
    return loaded;
  }

  /** Costs a few milliseconds, and one question where nothing has happened. */
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
 * Two nodes that save into one file would each undo the other's blocks. Whoever had it before us may still be saving:
 * its server was killed a moment ago.
 * @returns what gives the file back
 * @throws while another process has it
 */
export async function takeAlone(file, patienceMs = 5_000) {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const lock = `${file}.lock`;
  const deadline = Date.now() + patienceMs;
  for (let holder = holderOf(lock); holder && lives(holder); holder = holderOf(lock)) {
    if (Date.now() > deadline)
      throw new Error(`${file} is in use by process ${holder} (if that is another program: delete ${lock})`);
    await sleep(100);
  }
  rmSync(lock, { force: true });
  writeFileSync(lock, String(process.pid), { flag: 'wx' });
  return () => rmSync(lock, { force: true });
}

/** Null when the file is free. */
function holderOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function lives(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
