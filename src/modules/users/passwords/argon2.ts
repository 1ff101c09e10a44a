import path from 'node:path';
import type { Options } from '@node-rs/argon2';
import type * as Threads from 'piscina';

type Task = { password: string; cost: Options } | { password: string; hash: string };

/** After this time without a task a thread ends and its memory is free. */
const idleMs = 30_000;
/** Nine tenths of a busy processor stay for requests, because a hash takes longer than a hundred of them. */
const niceIncrement = 10;

/** Loads the library with the first password. */
const threads = (): typeof Threads => require('piscina') as typeof Threads;

/** Computes argon2 hashes in threads with a low priority, so that many sign-ins do not delay the other requests. */
export class Argon2 {
  private threads: Threads.Piscina<Task, string | boolean> | undefined;

  constructor(private readonly maxThreads: number) {}

  hash = (password: string, cost: Options): Promise<string> => this.run({ password, cost }) as Promise<string>;
  verify = (hash: string, password: string): Promise<boolean> => this.run({ password, hash }) as Promise<boolean>;

  async close(): Promise<void> {
    await this.threads?.close();
  }

  private run(task: Task): Promise<string | boolean> {
    this.threads ??= new (threads().Piscina)({
      filename: path.join(__dirname, 'worker/argon2.cjs'),
      minThreads: 0,
      maxThreads: this.maxThreads,
      idleTimeout: idleMs,
      niceIncrement,
    });
    return this.threads.run(task);
  }
}
