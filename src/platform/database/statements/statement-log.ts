import { AsyncLocalStorage } from 'node:async_hooks';

const recording = new AsyncLocalStorage<string[]>();

/** Records the statements of one asynchronous call chain, BEGIN and COMMIT included, so that tests can count them. */
export const statementLog = {
  add(sql: string): void {
    recording.getStore()?.push(sql);
  },
  /** Runs `work`. @returns its result and every statement that it sent, in the order of sending */
  async of<T>(work: () => Promise<T>): Promise<{ result: T; statements: string[] }> {
    const statements: string[] = [];
    const result = await recording.run(statements, work);
    return { result, statements };
  },
};
