import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface ChildScript {
  /** The first line that the script printed. */
  firstLine: string;
  /** Writes a line to the standard input of the script. */
  writeLine(line: string): void;
  /** Resolves when the script has cleaned up and exited. */
  end(): Promise<void>;
}

/**
 * Starts a script, named relative to this folder, that runs until `end()` or until this process exits. It exits when its
 * standard input closes, so that a killed test run leaves neither a server nor a folder behind.
 * @throws if the script exits before it has printed a line; the reason is on stderr
 */
export async function startChildScript(script: string, args: readonly string[] = []): Promise<ChildScript> {
  // The script is in a separate process group, so that Ctrl-C in the terminal does not end it before the tests that use it.
  const child = spawn(process.execPath, [path.join(__dirname, script), ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const firstLine = await readFirstLine(child, script);
  allowThisProcessToExit(child);
  return { firstLine, writeLine: (line) => void child.stdin.write(`${line}\n`), end: () => end(child) };
}

async function readFirstLine(child: ChildProcess, script: string): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error(`${script} did not start (the reason is above)`);
}

/** Lets this process exit although the script runs, even if a test forgets to call `end()`. */
function allowThisProcessToExit(child: ChildProcess): void {
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
