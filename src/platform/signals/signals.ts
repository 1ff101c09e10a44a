import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { CallScope, inScope } from '../database/scope/call-scope';
import { Database } from '../database/database';
import type { SignalConnection } from '../database/dialect';
import { errorLine } from '../errors/loggable-error';

/** The ids of the users that a signal is about; null means all users. */
export type Keys = readonly number[] | null;
const signalShape = z.object({ topic: z.string(), keys: z.array(z.number()).nullable() });
type SignalHandler = (keys: Keys) => void;

/** Signals within this time are sent as one, so that a thousand commits a second cause only forty signals. */
const windowMs = 25;
/** A notification of PostgreSQL has at most 8,000 bytes, which is enough for this number of ids of twelve digits. */
const maxKeysPerSignal = 500;
/** With more keys than this, one signal to all users is sent instead. */
const maxKeys = 5_000;

/**
 * Notifies other processes after a commit that data has changed, so that they read it at once. Signals are not stored, and a signal
 * may be lost with its process or connection. So subscribers read the tables after a signal, and also at intervals without one.
 */
@Injectable()
export class Signals implements BeforeApplicationShutdown {
  private readonly log = new Logger('Signals');
  private readonly handlers = new Map<string, Set<SignalHandler>>();
  private pending = new Map<string, Set<number> | null>();
  private timer: NodeJS.Timeout | undefined;
  private connection: SignalConnection | undefined;

  constructor(private readonly database: Database) {}

  /** Must be called in a transaction. The signal is sent after its commit. */
  send(topic: string, keys: Keys): void {
    this.database.afterCommit(() => this.enqueue(topic, keys));
  }

  /** Calls `handler` for each signal of any process, and with null after a lost connection. @returns the function that unsubscribes */
  subscribe(topic: string, handler: SignalHandler): () => void {
    this.connection ??= inSignalScope(() => this.listen());
    const handlers = this.handlers.get(topic) ?? new Set();
    this.handlers.set(topic, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.flush();
    await this.connection?.close();
  }

  private listen(): SignalConnection {
    return this.database.dialect.listen({
      onSignal: (text) => this.receive(text),
      onStart: () => this.notifyAll(),
      onTrouble: (message, error) => this.log.warn(`${message}${error ? `: ${errorLine(error)}` : ''}`),
    });
  }

  private enqueue(topic: string, keys: Keys): void {
    const pendingKeys = this.pending.get(topic);
    if (keys === null || pendingKeys === null) this.pending.set(topic, null);
    else this.pending.set(topic, new Set([...(pendingKeys ?? []), ...keys]));
    this.timer ??= setTimeout(() => void inSignalScope(() => this.flush()), windowMs);
  }

  private async flush(): Promise<void> {
    const { signal } = this.database.dialect;
    const pending = this.pending;
    this.pending = new Map();
    this.timer = undefined;
    const texts = [...pending].flatMap(([topic, keys]) => textsOf(topic, keys));
    for (const text of texts) {
      if (!signal) this.receive(text);
      else await signal(text).catch((error: unknown) => this.log.warn(`A signal was not sent: ${errorLine(error)}`));
    }
  }

  /** Validates the text, because every client of the database can send on the channel, even another version of this program. */
  private receive(text: string): void {
    try {
      const { topic, keys } = signalShape.parse(JSON.parse(text));
      for (const handler of this.handlers.get(topic) ?? []) handler(keys);
    } catch (error) {
      this.log.warn(`A signal has an invalid format: ${errorLine(error)}`);
    }
  }

  private notifyAll(): void {
    for (const handlers of this.handlers.values()) for (const handler of handlers) handler(null);
  }
}

/** Uses a new scope, because sending a signal must not have the deadline of the request that caused it. */
const inSignalScope = <T>(work: () => T): T => inScope(new CallScope('events', 'signals'), work);

function textsOf(topic: string, keys: Set<number> | null): string[] {
  if (keys === null || keys.size > maxKeys) return [JSON.stringify({ topic, keys: null })];
  const keyList = [...keys];
  const texts: string[] = [];
  for (let start = 0; start < keyList.length; start += maxKeysPerSignal)
    texts.push(JSON.stringify({ topic, keys: keyList.slice(start, start + maxKeysPerSignal) }));
  return texts;
}
