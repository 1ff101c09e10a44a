import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 30_000;

/** The data need not survive a crash of the machine. Autovacuum is off, so that query plans do not depend on when it runs. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_wal_size: '256MB',
  shared_preload_libraries: 'pg_stat_statements',
};

/** A server process on a data folder, which can be stopped and started again. */
export class PostgresProcess {
  onLost = () => undefined;
  #child;

  constructor(bin, data, settings, options) {
    Object.assign(this, { bin, data, options, settings: { ...SETTINGS, ...settings } });
    this.logFile = path.join(options.cwd, 'log');
  }

  async start() {
    const settings = Object.entries(this.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const log = fs.openSync(this.logFile, 'a');
    const command = path.join(this.bin, 'postgres');
    this.#child = spawn(command, ['-D', this.data, ...settings], { ...this.options, stdio: ['ignore', log, log] });
    fs.closeSync(log);
    await this.#ready();
    this.#child.once('exit', () => this.onLost(this.#logTail()));
  }

  /** SIGINT ends the sessions, as an operator would do. SIGQUIT stops at once, as in a crash. */
  async stop(signal) {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.removeAllListeners('exit');
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** The eighth line of the pid file holds the state of the server. pg_ctl waits for the same value. */
  async #ready() {
    const pidFile = path.join(this.data, 'postmaster.pid');
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (this.#child.exitCode === null && Date.now() < deadline) {
      const [pid, , , , , , , state] = fs.existsSync(pidFile) ? fs.readFileSync(pidFile, 'utf8').split('\n') : [];
      if (Number(pid) === this.#child.pid && state?.trim() === 'ready') return;
      await sleep(20);
    }
    throw new Error(this.#logTail() || `PostgreSQL was not ready after ${START_TIMEOUT_MS} ms`);
  }

  #logTail() {
    return fs.readFileSync(this.logFile, 'utf8').slice(-2000);
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
