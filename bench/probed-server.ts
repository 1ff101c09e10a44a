import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './processes';

export interface LoopDelay {
  maxMs: number;
  p99Ms: number;
}

/** The server with a probe that measures the delay of its event loop. */
export class ProbedServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(environment: Record<string, string>): Promise<ProbedServer> {
    const child = spawn(
      process.execPath,
      ['--require', path.join(root, 'bench/loop-probe.cjs'), path.join(root, 'dist/src/main.js')],
      { cwd: root, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
    );
    for await (const line of createInterface({ input: child.stdout! })) {
      const port = /listening (?:on|at) http:\/\/[^:]+:(\d+)/.exec(line)?.[1];
      if (!port) continue;
      child.stdout!.resume();
      return new ProbedServer(child, Number(port));
    }
    throw new Error('The server did not start (the reason is above)');
  }

  /** Returns the delay since the last call. */
  async takeLoopDelay(): Promise<LoopDelay> {
    const message = once(this.child, 'message') as Promise<[LoopDelay]>;
    this.child.send('report');
    const [loopDelay] = await message;
    return loopDelay;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}
