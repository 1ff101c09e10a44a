import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Actor } from '../../../platform/auth/actor';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { fold } from '../../../platform/database/case-folding';
import { keyset } from '../../../platform/http/cursor';
import { PreconditionFailed } from '../../../platform/http/problems/http.errors';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Clock } from '../../../platform/time/clock';
import { personColumns, personShape, type Person } from './person';
import type { ProfileChange } from './me.dto';
import { showManagedUser, type ManagedUser, type UserQuery } from './users.dto';
import { UserNotFound } from '../users.errors';

const newestFirst = keyset('users:newest', [z.int()]);

@Injectable()
export class Profiles {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws UserNotFound */
  async get(userId: number): Promise<Person> {
    const sql = `SELECT ${personColumns} FROM users_user WHERE id = $1`;
    const person = await this.database.row(personShape, sql, [userId]);
    if (!person) throw new UserNotFound();
    return person;
  }

  /**
   * Only administrators can read a closed account.
   * @throws UserNotFound
   */
  async getVisibleTo(viewer: Actor, userId: number): Promise<Person> {
    const person = await this.get(userId);
    if (!person.isActive && viewer.role !== 'admin') throw new UserNotFound();
    return person;
  }

  /**
   * @param expectedVersion null accepts any version
   * @throws PreconditionFailed when the stored version differs
   */
  async change(userId: number, expectedVersion: number | null, change: ProfileChange): Promise<Person> {
    const { firstName, lastName, bio } = change;
    const person = await this.database.transaction(() =>
      this.database.row(
        personShape,
        `UPDATE users_user SET first_name = COALESCE($3, first_name), last_name = COALESCE($4, last_name),
           bio = COALESCE($5, bio), updated_at = $6, version = version + 1
         WHERE id = $1 AND version = COALESCE($2, version) RETURNING ${personColumns}`,
        [userId, expectedVersion, firstName, lastName, bio, this.clock.now()],
      ),
    );
    if (!person)
      throw new PreconditionFailed('The version has changed. Read the profile again and repeat your change.');
    return person;
  }

  /**
   * Lists people, newest first. A filter on the prefix of the username scans all rows because no index supports prefixes in
   * every collation. For ten thousand people the scan takes a few milliseconds. The list may come from a replica, so it can
   * be slightly out of date.
   */
  list(query: UserQuery): Promise<Page<ManagedUser>> {
    return this.database.readFromReplica(() => this.readPage(query));
  }

  private async readPage(query: UserQuery): Promise<Page<ManagedUser>> {
    const [beforeId] = newestFirst.read(query.cursor) ?? [Number.MAX_SAFE_INTEGER];
    const { whereSql, values } = filterConditions(query, this.database.dialect.folded('username'));
    const rows = await this.database.rows(
      personShape,
      `SELECT ${personColumns} FROM users_user WHERE ${whereSql} AND id < $${values.length + 1}
       ORDER BY id DESC LIMIT $${values.length + 2}`,
      [...values, beforeId, query.limit + 1],
    );
    const total = query.withTotal ? await this.count(whereSql, values) : undefined;
    return toPage(rows, query.limit, ({ id }) => newestFirst.after(id), showManagedUser, total);
  }

  private async count(whereSql: string, values: (string | boolean)[]): Promise<number> {
    const row = await this.database.row(
      { total: int },
      `SELECT count(*) AS total FROM users_user WHERE ${whereSql}`,
      values,
    );
    return row?.total ?? 0;
  }
}

function filterConditions(
  { role, username, isActive }: UserQuery,
  foldedUsernameSql: string,
): { whereSql: string; values: (string | boolean)[] } {
  const values: (string | boolean)[] = [];
  const conditions = ['id > 0'];
  const add = (value: string | boolean, condition: (parameter: string) => string): void => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  if (role !== undefined) add(role, (parameter) => `role = ${parameter}`);
  if (isActive !== undefined) add(isActive, (parameter) => `is_active = ${parameter}`);
  if (username !== undefined)
    add(toPrefixPattern(fold(username)), (parameter) => `${foldedUsernameSql} LIKE ${parameter} ESCAPE '!'`);
  return { whereSql: conditions.join(' AND '), values };
}

/** Escapes `_` because usernames may contain it and LIKE treats it as a wildcard. */
const toPrefixPattern = (prefix: string): string => `${prefix.replaceAll(/[!%_]/g, '!$&')}%`;
