import { Injectable } from '@nestjs/common';
import type { TriggerRow } from '../database/bulk';
import { text } from '../database/columns';
import { Database } from '../database/database';
import { DataRegistry } from './data-registry';

/** Empties every table, and begins their numbers anew. The schema stays. */
@Injectable()
export class Flush {
  constructor(
    private readonly database: Database,
    private readonly registry: DataRegistry,
  ) {}

  /** In one transaction. @returns how many rows are gone, by table */
  async run(): Promise<Record<string, number>> {
    const guarded = this.registry.rules.flatMap(({ models, appendOnly = [] }) => [
      ...models.filter((model) => model.appendOnly).map(({ table }) => table),
      ...appendOnly,
    ]);
    return this.database.transaction(async () => {
      await this.database.patiently();
      const hold = this.database.dialect.bulk.hold(this.registry.tables);
      if (hold) await this.database.run(hold);
      const rearm: string[] = [];
      for (const table of guarded) rearm.push(...(await this.disarm(table)));
      const gone = await this.empty();
      for (const statement of rearm) await this.database.run(statement);
      return gone;
    });
  }

  /** Gives the statements that protect the table again: in this transaction, so that nobody ever meets it unprotected. */
  private async disarm(table: string): Promise<string[]> {
    const triggers = this.database.dialect.bulk.triggers(table);
    const found: TriggerRow[] = triggers.list ? await this.database.rows({ name: text, sql: text }, triggers.list) : [];
    for (const statement of triggers.disarm(found)) await this.database.run(statement);
    return triggers.rearm(found);
  }

  /** Those that refer to others first; a table that refers to itself in one statement. */
  private async empty(): Promise<Record<string, number>> {
    const gone: Record<string, number> = {};
    for (const { name, isNumbered } of this.registry.allInOrder().toReversed()) {
      gone[name] = await this.database.run(`DELETE FROM ${name}`);
      if (isNumbered) await this.database.run(this.database.dialect.bulk.restartIds(name));
    }
    return gone;
  }
}
