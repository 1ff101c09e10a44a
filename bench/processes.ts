import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The root of the project, seen from `dist/bench/`. */
export const root = path.join(__dirname, '../..');

export interface StartedProcess {
  /** The line that the process printed when it was ready. */
  line: string;
  /** The processor time of the process so far, in ms; 0 if the system does not report it. */
  processorMs(): number;
  stop(): Promise<void>;
}

/**
 * Starts a script and waits for its first line. Standard input stays open because the database server ends when its standard
 * input is closed.
 */
export async function start(script: string, args: string[], env: Record<string, string> = {}): Promise<StartedProcess> {
  const isProfiled = process.env.BENCH_PROFILE === path.basename(script);
  const nodeArgs = isProfiled ? ['--cpu-prof', '--cpu-prof-dir=var/profiles'] : [];
  const child = spawn(process.execPath, [...nodeArgs, path.join(root, script), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const line = await readFirstLine(child, script);
  child.stdout.resume();
  return { line, processorMs: () => readProcessorMs(child.pid!), stop: () => stop(child) };
}

/** Runs a script and returns its output. */
export async function run(script: string, args: string[], env: Record<string, string>, input = ''): Promise<string> {
  const child = spawn(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(input);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${script} ${args.join(' ')} exited with ${status}`);
  return output.trim();
}

/** Returns the port in the printed line, such as `http://127.0.0.1:3000`. */
export function portOf({ line }: StartedProcess): number {
  const [, port] = /http:\/\/[^:]+:(\d+)/.exec(line)!;
  return Number(port);
}

/** Fields 14 and 15 of the file are user and system time, in hundredths of a second. */
function readProcessorMs(pid: number): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return 0;
  // The name of the program, field 2, is in parentheses and may contain spaces. The first field after it is field 3.
  const fieldsAfterName = readFileSync(file, 'utf8').split(') ')[1]!.split(' ');
  const [userTime, systemTime] = [Number(fieldsAfterName[11]), Number(fieldsAfterName[12])];
  return (userTime + systemTime) * 10;
}

async function readFirstLine(child: ChildProcess, script: string): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error(`${script} did not start (the reason is above)`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
