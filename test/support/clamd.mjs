/**
 * Runs a real clamd on a free port of this machine until standard input closes. Prints its URL (see `child-script.ts`). It knows only
 * the signature of the program that all test files of ClamAV contain.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './postgres-process.mjs';
import { scratchFolder } from './scratch-folder.mjs';

/** Debian installs clamd in /usr/sbin, which is only in root's PATH. */
const env = { PATH: `${process.env.PATH}${path.delimiter}/usr/sbin` };
const testFiles = '/usr/share/clamav-testfiles';

const folder = scratchFolder('teoart-clamd-');
const port = await freePort();
const program = readFileSync(path.join(testFiles, 'clam.exe'));
const hash = createHash('md5').update(program).digest('hex');
writeFileSync(path.join(folder, 'test.hdb'), `${hash}:${program.length}:Test.File\n`);
const settings = `TCPSocket ${port}\nTCPAddr 127.0.0.1\nDatabaseDirectory ${folder}\nTemporaryDirectory ${folder}\nForeground yes\nStreamMaxLength 20M\n`;
writeFileSync(path.join(folder, 'clamd.conf'), settings);

const child = spawn('clamd', ['--config-file', path.join(folder, 'clamd.conf')], {
  env,
  stdio: ['ignore', 'ignore', 'inherit'],
});
process.once('exit', () => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
process.stdin.resume().once('close', () => process.exit(0));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(0));
child.once('exit', (code) => {
  console.error(`clamd ended with ${code}`);
  process.exit(1);
});

const isListening = () =>
  new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
while (!(await isListening())) await sleep(20);
console.log(`tcp://127.0.0.1:${port}`);
