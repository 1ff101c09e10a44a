import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { CallScope, inScope } from '../database/call-scope';
import { Database } from '../database/database';
import type { Listening } from '../database/dialect';
import { errorLine } from '../errors/loggable-error';

/** Whom it concerns, by id; null: everybody. */
export type Keys = readonly number[] | null;
const signalShape = z.object({ topic: z.string(), keys: z.array(z.number()).nullable() });
export type Hearer = (keys: Keys) => void;

/** Signals of this long are sent as one: a thousand commits a second are then forty. */
const windowMs = 25;
/** What fits a signal of PostgreSQL, 8,000 bytes, with ids of twelve digits. */
const keysPerSignal = 500;
/** Rather than more signals than this, everybody looks. */
const manyKeys = 5_000;

/**
 * Wakes the processes that have somebody waiting for news: a call after the commit, never a duty. Nothing is stored, and a
 * signal may be lost with its process or with the connection; whoever hears one looks in the tables, and looks now and
 * then without one.
 */
@Injectable()
export class Signals implements BeforeApplicationShutdown {
  private readonly log = new Logger('Signals');
  private readonly hearers = new Map<string, Set<Hearer>>();
  private waiting = new Map<string, Set<number> | null>();
  private timer: NodeJS.Timeout | undefined;
  private listening: Listening | undefined;

  constructor(private readonly database: Database) {}

  /** Inside a transaction; sent once it is committed. */
  send(topic: string, keys: Keys): void {
    this.database.afterCommit(() => this.enqueue(topic, keys));
  }

  /** Calls `hearer` at each signal of any process, and with null after a break; gives the way to stop. */
  hear(topic: string, hearer: Hearer): () => void {
    this.listening ??= asSignals(() => this.listen());
    const hearers = this.hearers.get(topic) ?? new Set();
    this.hearers.set(topic, hearers.add(hearer));
    return () => hearers.delete(hearer);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.flush();
    await this.listening?.close();
  }

  private listen(): Listening {
    return this.database.dialect.listen({
      heard: (text) => this.receive(text),
      begun: () => this.tellEverybody(),
      troubled: (message, error) => this.log.warn(`${message}${error ? `: ${errorLine(error)}` : ''}`),
    });
  }

  private enqueue(topic: string, keys: Keys): void {
    const waiting = this.waiting.get(topic);
    if (keys === null || waiting === null) this.waiting.set(topic, null);
    else this.waiting.set(topic, new Set([...(waiting ?? []), ...keys]));
    this.timer ??= setTimeout(() => void asSignals(() => this.flush()), windowMs);
  }

  private async flush(): Promise<void> {
    const { signal } = this.database.dialect;
    const sending = this.waiting;
    this.waiting = new Map();
    this.timer = undefined;
    for (const text of [...sending].flatMap(([topic, keys]) => textsOf(topic, keys))) {
      if (!signal) this.receive(text);
      else await signal(text).catch((error: unknown) => this.log.warn(`A signal was not sent: ${errorLine(error)}`));
    }
  }

  /** Whoever may connect to the database may send on the channel, another release of ours among them. */
  private receive(text: string): void {
    try {
      const { topic, keys } = signalShape.parse(JSON.parse(text));
      for (const hearer of this.hearers.get(topic) ?? []) hearer(keys);
    } catch (error) {
      this.log.warn(`A signal was not understood: ${errorLine(error)}`);
    }
  }

  private tellEverybody(): void {
    for (const hearers of this.hearers.values()) for (const hearer of hearers) hearer(null);
  }
}

/** What is sent and heard is for everybody: nothing of the request that happened to begin it, least of all its deadline. */
const asSignals = <T>(work: () => T): T => inScope(new CallScope('events', 'signals'), work);

function textsOf(topic: string, keys: Set<number> | null): string[] {
  if (keys === null || keys.size > manyKeys) return [JSON.stringify({ topic, keys: null })];
  const all = [...keys];
  const parts = Array.from({ length: Math.ceil(all.length / keysPerSignal) }, (_, at) =>
    all.slice(at * keysPerSignal, (at + 1) * keysPerSignal),
  );
  return parts.map((part) => JSON.stringify({ topic, keys: part }));
}
