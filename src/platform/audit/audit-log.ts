import { Injectable } from '@nestjs/common';
import type { Value } from '../database/columns';
import { Database } from '../database/database';
import { enqueueEntities } from '../database/insert-rows';
import { currentScope } from '../database/scope/call-scope';
import { Clock } from '../time/clock';
import { auditContent } from './audit-chain';
import type { ActorKind } from './audit.lists';

/** Numbers, flags and names of a list. Never a name, an address, a secret or a text that a person has written, because entries stay for ever. */
export type AuditDetail = Record<string, number | boolean | string | null>;

export interface AuditActor {
  actorKind: ActorKind;
  actorId: number | null;
}

export interface NewAuditEntry {
  /** The module and what happened: `courses.course-published`. */
  action: string;
  /** The name of the object in the API, and its id: `['courses', 7]`. */
  object: readonly [type: string, id: number | string];
  detail?: AuditDetail;
  /** Who acted, if it is not the caller of the request. */
  actor?: AuditActor;
  /** Nothing is recorded if this table has no row with this id. */
  onlyIfExists?: { table: string; id: number };
}

const newEntry = auditContent.without('id');

/** Records what the staff does, and what happens to the security of accounts. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds an entry to the open transaction, which must be that of the recorded act: so neither exists without the other. It costs no
   * round trip, because it is sent with the next statement or with the COMMIT.
   */
  record(entry: NewAuditEntry): void {
    const values = newEntry.valuesOf(this.rowOf(entry));
    const { condition, id } = conditionOf(entry.onlyIfExists, values.length + 1);
    const places = values.map((_, index) => `$${index + 1}`).join(', ');
    const sql = `INSERT INTO platform_auditentry (${newEntry.names.join(', ')}) SELECT ${places}${condition}`;
    this.database.enqueue({}, sql, [...values, ...id]);
  }

  /** Records the same act about many objects. */
  recordEach(action: string, type: string, ids: readonly number[]): void {
    const rows = ids.map((id) => this.rowOf({ action, object: [type, id] }));
    enqueueEntities(this.database, newEntry, rows);
  }

  private rowOf({ action, object: [objectType, objectId], detail = {}, actor = currentActor() }: NewAuditEntry) {
    const traceId = currentScope()?.traceId ?? '';
    return { happenedAt: this.clock.now(), action, ...actor, objectType, objectId: String(objectId), detail, traceId };
  }
}

function conditionOf(row: NewAuditEntry['onlyIfExists'], place: number): { condition: string; id: Value[] } {
  if (!row) return { condition: '', id: [] };
  return { condition: ` WHERE EXISTS (SELECT 1 FROM ${row.table} WHERE id = $${place})`, id: [row.id] };
}

/** Work outside a request, a job and a delivery was started on the command line. */
export function currentActor(): AuditActor {
  const scope = currentScope();
  if (!scope) return { actorKind: 'command', actorId: null };
  if (scope.caller) return { actorKind: scope.caller.scopes ? 'api_key' : 'person', actorId: scope.caller.id };
  return { actorKind: scope.kind === 'request' ? 'anonymous' : 'system', actorId: null };
}

/** The person with this id acts, although the request may have no token yet, as in a sign-in; null if nobody is signed in. */
export function actorWithId(actorId: number | null): AuditActor {
  const { actorKind } = currentActor();
  if (actorId === null) return { actorId, actorKind: actorKind === 'person' ? 'anonymous' : actorKind };
  return { actorId, actorKind: actorKind === 'api_key' ? 'api_key' : 'person' };
}
