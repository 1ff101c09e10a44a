import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { findPossibleChanges } from '../database/append-only';
import { Database } from '../database/database';

/** Thrown if entries can be changed because the triggers are missing, for example after the table was rebuilt. */
class AuditLogUnprotected extends Error {
  override name = 'AuditLogUnprotected';

  constructor(possibleChanges: readonly string[]) {
    super(
      `The audit log is not append-only: ${possibleChanges.join(' and ')} was possible. Recreate the triggers of platform_auditentry.`,
    );
  }
}

/** The id of the test row. No real row has a negative id. */
const testRowId = -1;
const values = [testRowId];
const forbiddenStatements = {
  UPDATE: { sql: "UPDATE platform_auditentry SET action = 'changed' WHERE id = $1", values },
  DELETE: { sql: 'DELETE FROM platform_auditentry WHERE id = $1', values },
};

/** Tries to change and delete a test row that is never committed. If the database allows it, the application does not start. */
@Injectable()
export class AuditGuard implements OnApplicationBootstrap {
  constructor(private readonly database: Database) {}

  async onApplicationBootstrap(): Promise<void> {
    const possibleChanges = await findPossibleChanges(this.database, () => this.insertTestRow(), forbiddenStatements);
    if (possibleChanges.length > 0) throw new AuditLogUnprotected(possibleChanges);
  }

  private insertTestRow(): Promise<number> {
    const sql = `INSERT INTO platform_auditentry (id, happened_at, action, actor_kind, object_type, object_id, detail)
      VALUES ($1, $2, '', 'system', '', '', '{}')`;
    return this.database.run(sql, [testRowId, new Date(0)]);
  }
}
