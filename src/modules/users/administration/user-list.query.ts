import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { int, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { fold } from '../../../platform/database/case-folding';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { personColumns, personShape, type Person } from '../accounts/person';
import { showManagedUser, type ManagedUser, type UserQuery } from '../accounts/users.dto';

const newestFirst = keyset('users:newest', [z.int()]);
const byUsername = keyset('users:username', [z.string()]);

interface Filter {
  conditions: string[];
  values: Value[];
}

/** Lists people for administrators. */
@Injectable()
export class UserList {
  constructor(private readonly database: Database) {}

  /**
   * A search uses the index of words. A filter on the prefix of the username scans all rows because no index supports prefixes in
   * every collation. For ten thousand people the scan takes a few milliseconds. The list may come from a replica, so it can be
   * slightly out of date.
   */
  list(query: UserQuery): Promise<Page<ManagedUser>> {
    return this.database.readFromReplica(() => this.readPage(query));
  }

  private async readPage(query: UserQuery): Promise<Page<ManagedUser>> {
    const filter = this.toFilter(query);
    const rows = await this.listRows(filter, query);
    const total = query.withTotal ? await this.count(filter) : undefined;
    const cursorAfter = ({ id, username }: Person): string =>
      query.sort === 'username' ? byUsername.after(fold(username)) : newestFirst.after(id);
    return toPage(rows, query.limit, cursorAfter, showManagedUser, total);
  }

  private listRows(filter: Filter, { sort, cursor, limit }: UserQuery): Promise<Person[]> {
    const usernameSql = this.database.dialect.folded('u.username');
    const [orderSql, comparison] = sort === 'username' ? [usernameSql, '>'] : ['u.id', '<'];
    const lastRow = sort === 'username' ? byUsername.read(cursor) : newestFirst.read(cursor);
    const values = [...filter.values];
    const conditions = [...filter.conditions];
    if (lastRow) {
      values.push(lastRow[0]);
      conditions.push(`${orderSql} ${comparison} $${values.length}`);
    }
    values.push(limit + 1);
    return this.database.rows(
      personShape,
      `SELECT ${personColumns} FROM users_user u WHERE ${conditions.join(' AND ')}
       ORDER BY ${orderSql} ${comparison === '<' ? 'DESC' : 'ASC'} LIMIT $${values.length}`,
      values,
    );
  }

  private toFilter({ role, username, isActive, q, from, to }: UserQuery): Filter {
    const filter: Filter = { conditions: ['u.id > 0'], values: [] };
    const add = (value: Value, condition: (parameter: string) => string): void => {
      filter.values.push(value);
      filter.conditions.push(condition(`$${filter.values.length}`));
    };
    const { dialect } = this.database;
    if (role !== undefined) add(role, (parameter) => `u.role = ${parameter}`);
    if (isActive !== undefined) add(isActive, (parameter) => `u.is_active = ${parameter}`);
    if (from !== undefined) add(from, (parameter) => `u.created_at >= ${parameter}`);
    if (to !== undefined) add(to, (parameter) => `u.created_at < ${parameter}`);
    if (username !== undefined)
      add(
        toPrefixPattern(fold(username)),
        (parameter) => `${dialect.folded('u.username')} LIKE ${parameter} ESCAPE '!'`,
      );
    const searchText = dialect.searchQuery(q ?? '');
    const columns = ['username', 'first_name', 'last_name', 'email'];
    if (searchText)
      add(searchText, (parameter) =>
        dialect.matches({ table: 'users_user', alias: 'u', columns, parameter, areNames: true }),
      );
    return filter;
  }

  private async count({ conditions, values }: Filter): Promise<number> {
    const sql = `SELECT count(*) AS total FROM users_user u WHERE ${conditions.join(' AND ')}`;
    const row = await this.database.row({ total: int }, sql, values);
    return row?.total ?? 0;
  }
}

/** Escapes `_` because usernames may contain it and LIKE treats it as a wildcard. */
const toPrefixPattern = (prefix: string): string => `${prefix.replaceAll(/[!%_]/g, '!$&')}%`;
