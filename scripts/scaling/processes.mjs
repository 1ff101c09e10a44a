import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../install.mjs';

/**
 * Starts a script. If there is a pattern, it waits for a line that matches. The output goes to a file, because a pipe that nobody reads
 * stops the process. Standard input stays open, because every process ends when it is closed.
 */
export async function start(script, args, env, pattern) {
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-output-'));
  const file = path.join(folder, 'output');
  const output = openSync(file, 'w');
  const endWithParent = ['--require', path.join(root, 'test/support/end-with-parent.cjs')];
  const child = spawn(
    process.execPath,
    [...(script.startsWith('dist/') ? endWithParent : []), path.join(root, script), ...args],
    {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['pipe', output, 'inherit'],
    },
  );
  closeSync(output);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    if (!hasEnded()) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true });
  };
  const find = () => (pattern ? pattern.exec(readFileSync(file, 'utf8'))?.[1] : '');
  while (find() === undefined) {
    if (hasEnded()) throw new Error(`${script} did not start (the reason is above)`);
    await sleep(20);
  }
  return { found: find(), pid: child.pid, stop };
}

/** Runs a program to its end and returns its output. */
export function run(command, args, env = {}) {
  const { status, stdout, error } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? status}`);
  return stdout.trim();
}

/** The processor time of these processes and all their descendants so far, in ms. Ended descendants are included. */
export function processorMs(pids) {
  const stats = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    if (fields) stats.set(Number(name), fields);
  }
  const sumOf = (pid) => {
    const children = [...stats].filter(([, { parent }]) => parent === pid);
    return (stats.get(pid)?.ms ?? 0) + children.reduce((sum, [child]) => sum + sumOf(child), 0);
  };
  return pids.reduce((sum, pid) => sum + sumOf(pid), 0);
}

/** The time that all processors of the machine were busy so far, in ms. */
export function busyMs() {
  const [user, nice, system, , , interrupts, softInterrupts] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + interrupts + softInterrupts) * 10;
}

/** Times are in hundredths of a second: user and system time, and both of the children that have ended. */
function statOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    const hundredths = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { parent: Number(fields[1]), ms: hundredths * 10 };
  } catch {
    return null; // The process has ended meanwhile.
  }
}
