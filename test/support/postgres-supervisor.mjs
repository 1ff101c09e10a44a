/**
 * Runs a throw-away PostgreSQL for as long as standard input stays open, so that no server outlives a test run,
 * however that run ended. Prints the URL of a superuser when the server is ready. See `child-script.ts`.
 * Words on standard input: `stop` (as an operator would), `crash`, and `start`, on the same data and port.
 * `--following URL` makes it a streaming replica of a server on this machine.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { scratchFolder } from './scratch-folder.mjs';
import { run, runnableBinaries, unprivilegedAccount } from './postgres-binaries.mjs';
import { follow } from './postgres-replica.mjs';
import { freePort, PostgresProcess } from './postgres-process.mjs';

const INITDB = '--username postgres --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8 --no-sync --no-instructions';

const { following } = parseArgs({ options: { following: { type: 'string' } } }).values;
const home = fs.mkdtempSync(path.join(tmpdir(), 'teoart-postgres-'));
const data = scratchFolder('teoart-postgres-data-');
let server;

const words = {
  stop: () => server.stop('SIGINT'),
  crash: () => server.stop('SIGQUIT'),
  start: () => server.start(),
};

let turn = Promise.resolve();
createInterface({ input: process.stdin })
  // A start waits for the stop before it: sessions are refused before the server is gone.
  .on('line', (word) => {
    turn = turn.then(words[word]).catch((error) => fail(`did not ${word}`, error.message));
  })
  .once('close', () => void end(0));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void end(0));
try {
  console.log(await begin());
} catch (error) {
  fail('did not start', error.message);
}

function fail(what, reason) {
  console.error(`PostgreSQL for the tests ${what}: ${reason}`);
  void end(1);
}

async function begin() {
  const account = unprivilegedAccount();
  if (account) for (const place of [home, data]) fs.chownSync(place, account.uid, account.gid);
  // The caller's own PG… variables would reach into the server.
  const options = { ...account, cwd: home, env: { PATH: process.env.PATH } };
  const bin = runnableBinaries(home, options);
  const port = await freePort();
  const { password, settings } = following
    ? await follow(following, data, account)
    : { password: createCluster(bin, options, account), settings: {} };
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

/** At once and without a checkpoint, since the data go with it. */
async function end(status) {
  process.exitCode ||= status;
  await server?.stop('SIGQUIT');
  for (const folder of [home, data]) fs.rmSync(folder, { recursive: true, force: true });
  process.exit();
}
