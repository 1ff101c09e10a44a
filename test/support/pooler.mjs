/**
 * Runs a PgBouncer in transaction mode in front of a PostgreSQL on this machine until standard input closes. Prints the URL
 * with which a client connects through the pooler (see `child-script.ts`).
 * - `--to URL`: the URL of the PostgreSQL server
 * - `--wait SECONDS`: how long a client waits for a server connection
 * - `--prepared`: the pooler supports prepared statements (PgBouncer 1.21 and later)
 */
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { unprivilegedAccount } from './postgres-binaries.mjs';
import { freePort } from './postgres-process.mjs';

/** Debian installs pgbouncer in /usr/sbin, which is only in root's PATH. */
const env = { PATH: `${process.env.PATH}${path.delimiter}/usr/sbin` };

/** The version of the installed pooler as [major, minor], or null if there is none. */
export function installedPooler() {
  const { stdout } = spawnSync('pgbouncer', ['--version'], { encoding: 'utf8', env });
  const found = /PgBouncer (\d+)\.(\d+)/i.exec(stdout ?? '');
  return found && [Number(found[1]), Number(found[2])];
}

/** Few server connections, so that state that a session leaves behind is soon noticed by another session. */
const configuration = (server, port, folder, { wait, prepared }) => `
[databases]
* = host=${server.hostname} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
pool_mode = transaction
default_pool_size = 8
max_client_conn = 1000
server_idle_timeout = 10
server_login_retry = 1
query_wait_timeout = ${wait}
auth_type = scram-sha-256
auth_file = ${folder}/users
${prepared ? 'max_prepared_statements = 500' : ''}
`;

async function start({ to, ...options }) {
  const server = new URL(to);
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-pgbouncer-'));
  const port = await freePort();
  writeFileSync(path.join(folder, 'users'), `"${server.username}" "${server.password}"\n`);
  writeFileSync(path.join(folder, 'ini'), configuration(server, port, folder, options));
  const account = unprivilegedAccount();
  const files = [folder, path.join(folder, 'users'), path.join(folder, 'ini')];
  if (account) for (const file of files) chownSync(file, account.uid, account.gid);
  const stdio = ['ignore', 'ignore', 'inherit'];
  const child = spawn('pgbouncer', ['-q', path.join(folder, 'ini')], { ...account, env, stdio });
  process.once('exit', () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  await waitForPort(port);
  server.port = String(port);
  return server.href;
}

async function waitForPort(port) {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(50)) {
    const isOpen = await new Promise((resolve) => {
      const socket = createConnection({ port, host: '127.0.0.1' });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
  }
  throw new Error('PgBouncer did not start (the reason is above)');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wait = { type: 'string', default: '120' };
  const options = { to: { type: 'string' }, wait, prepared: { type: 'boolean' } };
  process.stdin.resume().once('close', () => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(0));
  console.log(await start(parseArgs({ options }).values));
}
