import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface Companion {
  /** The first line it printed. */
  announcement: string;
  /** Hands it a line. */
  say(line: string): void;
  /** Resolves when it has cleaned up and is gone. */
  end(): Promise<void>;
}

/**
 * Starts a script, named as seen from this folder, that lives until `end()` or until this process is gone, however
 * that came about: it sees its standard input close. So a killed run leaves neither a server nor a folder behind.
 * @throws when it ends before it has printed a line; its reason is on stderr
 */
export async function startCompanion(script: string, args: readonly string[] = []): Promise<Companion> {
  // A group of its own: Ctrl-C in the terminal must not end it before those who still use what it keeps.
  const child = spawn(process.execPath, [path.join(__dirname, script), ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const announcement = await firstLine(child, script);
  letThisProcessEnd(child);
  return { announcement, say: (line) => void child.stdin.write(`${line}\n`), end: () => end(child) };
}

async function firstLine(child: ChildProcess, script: string): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error(`${script} did not start (reason above)`);
}

/** A forgotten `end()` must not keep this process alive. */
function letThisProcessEnd(child: ChildProcess): void {
  child.unref();
  child.stdout?.destroy();
  (child.stdin as unknown as { unref?(): void }).unref?.();
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const exited = once(child, 'exit');
  child.stdin?.end();
  await exited;
}
