import { AsyncLocalStorage } from 'node:async_hooks';

interface Recording {
  statements: string[];
  roundTripCount: number;
}

const recordings = new AsyncLocalStorage<Recording>();

/** Records the statements of one asynchronous call chain, BEGIN and COMMIT included, so that tests can count them. */
export const statementLog = {
  add(sql: string): void {
    recordings.getStore()?.statements.push(sql);
  },
  /** Called when one or more statements are sent to a server, before the results of any of them are known. */
  addRoundTrip(): void {
    const recording = recordings.getStore();
    if (recording) recording.roundTripCount++;
  },
  /**
   * Runs `work`.
   * @returns its result, every statement that it sent, in the order of sending, and how often it waited for the server. SQLite has no
   * server.
   */
  async of<T>(work: () => Promise<T>): Promise<Recording & { result: T }> {
    const recording: Recording = { statements: [], roundTripCount: 0 };
    const result = await recordings.run(recording, work);
    return { result, ...recording };
  },
};
