import { Injectable } from '@nestjs/common';
import { int, text, type Row } from '../database/columns';
import { Database } from '../database/database';
import { placeholders } from '../database/insert-rows';

/**
 * The members of payloads that name the person whom an event is about. Others, such as the teacher of a course, are not in the list:
 * the event may have to pay a student.
 */
const subjectMembers = /"(?:user|student|sender)Id": ?(\d+)\b/g;

const shape = { id: int, payload: text };
type Trace = Row<typeof shape>;

/** What undelivered events, and the decisions about them, say about a person. */
@Injectable()
export class OutboxTraces {
  constructor(private readonly database: Database) {}

  /** In the transaction of the caller. Events that wait are delivered soon, so only dead ones are deleted. */
  async erase(personId: number): Promise<void> {
    const dead = await this.find('platform_outbox', 'dead_at IS NOT NULL', personId);
    await this.run('DELETE FROM platform_outbox', dead);
    const decisions = await this.find('platform_outbox_decision', "payload <> ''", personId);
    await this.run("UPDATE platform_outbox_decision SET payload = '', last_error = ''", decisions);
  }

  /** The database finds the digits, and the pattern decides whether they are the id of a person. */
  private async find(table: string, conditionSql: string, personId: number): Promise<Trace[]> {
    const rows = await this.database.rows(
      shape,
      `SELECT id, CAST(payload AS text) AS payload FROM ${table} WHERE ${conditionSql} AND CAST(payload AS text) LIKE $1`,
      [`%${personId}%`],
    );
    return rows.filter(({ payload }) =>
      [...payload.matchAll(subjectMembers)].some(([, id]) => Number(id) === personId),
    );
  }

  private async run(statementSql: string, traces: readonly Trace[]): Promise<void> {
    if (traces.length === 0) return;
    const ids = traces.map(({ id }) => id);
    await this.database.run(`${statementSql} WHERE id IN (${placeholders(ids.length)})`, ids);
  }
}
