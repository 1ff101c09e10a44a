import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { root } from '../support/build-once';
import { environmentFor, type Environment } from '../support/server';

const failpoints = path.join(__dirname, 'failpoints.cjs');

/** The place in the worker at which it ends (failpoints.cjs), passed that many times. */
export interface Failpoint {
  place: string;
  time: number;
}

/** The built program, opened and about to run the poller: it waits to be told where it will be killed. */
export class KilledWorker {
  private readonly said: string[] = [];
  private readonly ended: Promise<[number | null, NodeJS.Signals | null]>;

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    for (const output of [child.stdout, child.stderr])
      output.on('data', (part: Buffer) => this.said.push(part.toString()));
    this.ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  }

  /** `dist/` must be built. */
  static open(databaseUrl: string, environment: Environment): KilledWorker {
    const program = ['--require', failpoints, 'dist/src/cli.js', 'job', 'rewards:poll-chain'];
    return new KilledWorker(
      spawn(process.execPath, program, { cwd: root, env: environmentFor(databaseUrl, environment) }),
    );
  }

  /** Runs the poller once. True when it was killed, false when it had come to its end before. @throws when it failed */
  async run(failpoint: Failpoint): Promise<boolean> {
    this.child.stdin.write(`${JSON.stringify(failpoint)}\n`);
    const [code, signal] = await this.ended;
    if (signal === 'SIGKILL') return true;
    if (code !== 0) throw new Error(`The worker ended with ${signal ?? code}:\n${this.said.join('')}`);
    return false;
  }

  /** Pulls the plug; resolves when it is dark. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
