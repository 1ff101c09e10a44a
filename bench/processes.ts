import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The root of the project, seen from `dist/bench/`. */
export const root = path.join(__dirname, '../..');

const pollMs = 20;

export interface StartedProcess {
  pid: number;
  /** The line that the process printed when it was ready. */
  line: string;
  stop(): Promise<void>;
}

export interface StartOptions {
  env?: Record<string, string>;
  /** Another Node than the one that runs this program. */
  node?: string;
}

/**
 * Starts a script and waits for its first line. Standard input stays open because the database server ends when its standard
 * input is closed.
 */
export function start(script: string, args: string[], options: StartOptions = {}): Promise<StartedProcess> {
  const { env, node = process.execPath } = options;
  const isProfiled = process.env.BENCH_PROFILE === path.basename(script);
  const profileArgs = isProfiled ? ['--cpu-prof', '--cpu-prof-dir=var/profiles'] : [];
  // The process ends with this one, even if this one is killed.
  const preload = ['--require', path.join(root, 'test/support/end-with-parent.cjs')];
  const isSupervisor = script.endsWith('.mjs');
  return startCommand(node, [...(isSupervisor ? [] : preload), ...profileArgs, path.join(root, script), ...args], env);
}

/**
 * Starts a program and waits until it prints a line with the text. Its output goes to a file, because reading the log of a server would
 * take processor time of the clients.
 */
export async function startCommand(
  command: string,
  args: string[],
  env: Record<string, string> = {},
  readyText = '',
): Promise<StartedProcess> {
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-bench-output-'));
  const file = path.join(folder, 'output');
  const output = openSync(file, 'a');
  const child = spawnChild(command, args, env, ['pipe', output, 'inherit']);
  closeSync(output);
  const line = await readLine(child, command, { file, text: readyText });
  const end = async (): Promise<void> => {
    await stop(child);
    rmSync(folder, { recursive: true });
  };
  return { pid: child.pid!, line, stop: end };
}

/** Runs a script and returns its output. */
export function run(script: string, args: string[], env: Record<string, string>, input = ''): Promise<string> {
  return runCommand(process.execPath, [path.join(root, script), ...args], env, input);
}

export async function runCommand(
  command: string,
  args: string[],
  env: Record<string, string> = {},
  input = '',
): Promise<string> {
  const child = spawnChild(command, args, env, ['pipe', 'pipe', 'inherit']);
  child.stdin!.end(input);
  let output = '';
  child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} exited with ${status}`);
  return output.trim();
}

/** Returns the port in the printed line, such as `http://127.0.0.1:3000`. */
export function portOf({ line }: StartedProcess): number {
  const [, port] = /http:\/\/[^:]+:(\d+)/.exec(line)!;
  return Number(port);
}

/**
 * The processor time of a process and of all its descendants so far, in ms; 0 if the system does not report it. Descendants that
 * have ended are included.
 */
export function readProcessorMs(pid: number): number {
  const stats = readStats();
  const sumOf = (one: number): number => {
    const children = [...stats].filter(([, { parent }]) => parent === one);
    return (stats.get(one)?.processorMs ?? 0) + children.reduce((sum, [child]) => sum + sumOf(child), 0);
  };
  return sumOf(pid);
}

/** The process that started this one, or null if the system does not tell. */
export function parentOf(pid: number): number | null {
  return readStats().get(pid)?.parent ?? null;
}

function readStats(): Map<number, { parent: number; processorMs: number }> {
  const stats = new Map<number, { parent: number; processorMs: number }>();
  const pids = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  for (const pid of pids) {
    const fields = readStat(pid);
    if (!fields) continue;
    // Times are in hundredths of a second: user and system time, and both of the children that have ended.
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    stats.set(Number(pid), { parent: Number(fields[1]), processorMs: ticks * 10 });
  }
  return stats;
}

/** The fields from the third one on. The second, the name of the program, is in parentheses and may contain spaces. */
function readStat(pid: string): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  } catch {
    // The process has ended meanwhile.
    return null;
  }
}

function spawnChild(command: string, args: string[], env: Record<string, string>, stdio: StdioOptions): ChildProcess {
  return spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio });
}

async function readLine(
  child: ChildProcess,
  command: string,
  { file, text }: { file: string; text: string },
): Promise<string> {
  while (child.exitCode === null && child.signalCode === null) {
    const finishedLines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    const line = finishedLines.find((one) => one.includes(text));
    if (line !== undefined) return line;
    await sleep(pollMs);
  }
  throw new Error(`${command} did not start (the reason is above)`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
