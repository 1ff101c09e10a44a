import type { Pool, PoolClient, Query, QueryResult } from 'pg';
import { runQuery } from '../../internals/pg-query';
import { corked } from '../../internals/pg-socket';
import { currentScope, type CallScope } from '../scope/call-scope';
import { statementLog } from '../statements/statement-log';

interface WaitingQuery {
  query: Query;
  resolve: (result: QueryResult) => void;
  reject: (error: unknown) => void;
}

interface Batch {
  scope: CallScope | undefined;
  waiting: WaitingQuery[];
}

/**
 * Sends the queries that one request makes in the same tick, as in `Promise.all`, on one connection and in one round trip. Each is
 * still a statement by itself: its error does not affect the others. They run one after another.
 */
export class TickQueries {
  private batch: Batch | undefined;

  constructor(private readonly pool: () => Pool) {}

  run(query: Query): Promise<QueryResult> {
    return new Promise((resolve, reject) => this.batchOf(currentScope()).waiting.push({ query, resolve, reject }));
  }

  /** Requests do not share a batch, because one would wait for the slow statement of another. */
  private batchOf(scope: CallScope | undefined): Batch {
    if (scope && this.batch?.scope === scope) return this.batch;
    const batch: Batch = { scope, waiting: [] };
    this.batch = batch;
    queueMicrotask(() => {
      if (this.batch === batch) this.batch = undefined;
      statementLog.addRoundTrip();
      if (batch.waiting.length === 1) this.sendOne(batch.waiting[0]!);
      else void this.sendTogether(batch.waiting);
    });
    return batch;
  }

  private sendOne({ query, resolve, reject }: WaitingQuery): void {
    runQuery(this.pool(), query).then(resolve, reject);
  }

  private async sendTogether(waiting: readonly WaitingQuery[]): Promise<void> {
    let client: PoolClient;
    try {
      client = await this.pool().connect();
    } catch (error) {
      for (const { reject } of waiting) reject(error);
      return;
    }
    // The queries report a broken connection. Without a listener the event would end the process.
    client.on('error', ignore);
    const results = corked(client, () => waiting.map(({ query }) => runQuery(client, query)));
    for (const [index, { resolve, reject }] of waiting.entries()) results[index]!.then(resolve, reject);
    const outcomes = await Promise.allSettled(results);
    client.off('error', ignore);
    // As the pool does after a failed query, the connection is closed, because it may be broken.
    client.release(outcomes.some(({ status }) => status === 'rejected'));
  }
}

function ignore(): void {}
