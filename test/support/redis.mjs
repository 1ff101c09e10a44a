/**
 * Runs a Redis server on a free port of this machine until standard input closes. Prints its URL (see `child-script.ts`). It writes
 * nothing to disk.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { freePort } from './postgres-process.mjs';
import { scratchFolder } from './scratch-folder.mjs';

const folder = scratchFolder('teoart-redis-');
const port = await freePort();
const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
process.once('exit', () => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
process.stdin.resume().once('close', () => process.exit(0));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(0));

const log = createInterface({ input: child.stdout });
log.on('line', (line) => {
  if (line.includes('Ready to accept connections')) console.log(`redis://127.0.0.1:${port}`);
});
child.once('exit', (code) => {
  console.error(`redis-server ended with ${code}`);
  process.exit(1);
});
