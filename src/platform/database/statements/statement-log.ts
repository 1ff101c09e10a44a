import { AsyncLocalStorage } from 'node:async_hooks';

const recording = new AsyncLocalStorage<string[]>();

/** The statements of one asynchronous call chain, BEGIN and COMMIT included: what a hot path costs is counted, not guessed. */
export const statementLog = {
  add(sql: string): void {
    recording.getStore()?.push(sql);
  },
  /** Runs `work`; gives its result and every statement it sent, in order. */
  async of<T>(work: () => Promise<T>): Promise<{ result: T; statements: string[] }> {
    const statements: string[] = [];
    const result = await recording.run(statements, work);
    return { result, statements };
  },
};
