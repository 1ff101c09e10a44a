/**
 * Runs a temporary PostgreSQL until standard input closes, so that no server is left after a test run was killed. Prints the
 * URL of a superuser when the server is ready (see `child-script.ts`). It accepts the commands `stop` (as an operator does),
 * `crash` and `start` (on the same data and port) as lines of standard input. `--following URL` makes it a streaming replica
 * of a server on this machine. `--durable` keeps the data on disk with fsync, as in production, for measurements.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { scratchFolder } from './scratch-folder.mjs';
import { run, runnableBinaries, unprivilegedAccount } from './postgres-binaries.mjs';
import { createReplica } from './postgres-replica.mjs';
import { freePort, PostgresProcess } from './postgres-process.mjs';

const INITDB = '--username postgres --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8 --no-sync --no-instructions';

/** What an operator sets. Everything else is the default of PostgreSQL. */
const DURABLE = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  autovacuum: 'on',
  max_wal_size: '2GB',
  shared_buffers: '512MB',
};

const { following, durable } = parseArgs({
  options: { following: { type: 'string' }, durable: { type: 'boolean', default: false } },
}).values;
const home = fs.mkdtempSync(path.join(tmpdir(), 'teoart-postgres-'));
const data = durable
  ? fs.mkdtempSync(path.join(tmpdir(), 'teoart-postgres-data-'))
  : scratchFolder('teoart-postgres-data-');
let server;

const commands = {
  stop: () => server.stop('SIGINT'),
  crash: () => server.stop('SIGQUIT'),
  start: () => server.start(),
};

let lastCommand = Promise.resolve();
createInterface({ input: process.stdin })
  // Commands run one after the other, because a stopping server refuses sessions before it has exited.
  .on('line', (command) => {
    lastCommand = lastCommand.then(commands[command]).catch((error) => fail(`did not ${command}`, error.message));
  })
  .once('close', () => void end(0));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void end(0));
try {
  console.log(await start());
} catch (error) {
  fail('did not start', error.message);
}

function fail(failure, reason) {
  console.error(`The PostgreSQL of the tests ${failure}: ${reason}`);
  void end(1);
}

async function start() {
  const account = unprivilegedAccount();
  if (account) for (const place of [home, data]) fs.chownSync(place, account.uid, account.gid);
  // PATH only, because PG… variables of the caller would change the server.
  const options = { ...account, cwd: home, env: { PATH: process.env.PATH } };
  const bin = runnableBinaries(home, options);
  const port = await freePort();
  const { password, settings } = following
    ? await createReplica(following, data, account)
    : { password: createCluster(bin, options, account), settings: durable ? DURABLE : {} };
  server = new PostgresProcess(bin, data, { ...settings, port }, options);
  server.onLost = (reason) => fail('ended by itself', reason);
  await server.start();
  return `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
}

function createCluster(bin, options, account) {
  const password = randomBytes(16).toString('hex');
  const passwordFile = path.join(home, 'password');
  fs.writeFileSync(passwordFile, password);
  if (account) fs.chownSync(passwordFile, account.uid, account.gid);
  run(path.join(bin, 'initdb'), [...INITDB.split(' '), '--pgdata', data, '--pwfile', passwordFile], options);
  return password;
}

/** Stops the server at once and without a checkpoint, because its data are deleted. */
async function end(status) {
  process.exitCode ||= status;
  await server?.stop('SIGQUIT');
  for (const folder of [home, data]) fs.rmSync(folder, { recursive: true, force: true });
  process.exit();
}
