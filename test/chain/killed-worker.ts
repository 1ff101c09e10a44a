import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { root } from '../support/build-once';
import { environmentFor, type Environment } from '../support/server';

const failpoints = path.join(__dirname, 'failpoints.cjs');

/** The place at which the worker is killed (failpoints.cjs), and at which pass. */
export interface Failpoint {
  place: string;
  time: number;
}

/** The built program, started and ready to run the poller. It waits for the place where it will be killed. */
export class KilledWorker {
  private readonly output: string[] = [];
  private readonly ended: Promise<[number | null, NodeJS.Signals | null]>;

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => this.output.push(part.toString()));
    this.ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  }

  /** `dist/` must be built. */
  static open(databaseUrl: string, environment: Environment): KilledWorker {
    const program = ['--require', failpoints, 'dist/src/cli.js', 'job', 'rewards:poll-chain'];
    return new KilledWorker(
      spawn(process.execPath, program, { cwd: root, env: environmentFor(databaseUrl, environment) }),
    );
  }

  /** Runs the poller once. True if it was killed, false if it ended before. @throws if it failed */
  async run(failpoint: Failpoint): Promise<boolean> {
    this.child.stdin.write(`${JSON.stringify(failpoint)}\n`);
    const [code, signal] = await this.ended;
    if (signal === 'SIGKILL') return true;
    if (code !== 0) throw new Error(`The worker ended with ${signal ?? code}:\n${this.output.join('')}`);
    return false;
  }

  /** Kills the process and waits for its end. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
