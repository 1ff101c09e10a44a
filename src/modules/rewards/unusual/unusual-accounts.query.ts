import { Injectable, type OnModuleInit } from '@nestjs/common';
import { bool, int, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import type { Finding } from '../../../platform/findings/finding';
import { FindingSources, type FindingSource } from '../../../platform/findings/finding-sources';
import { UnusualAccount, type UnusualKind } from './unusual-account.entity';

const account = columnsOf(UnusualAccount);
const shape = {
  ...account.shape,
  username: text,
  isActive: bool,
  balance: int,
};
export type UnusualRow = Row<typeof shape>;

const explanationByKind: Record<UnusualKind, (accountCount: number) => string> = {
  fast_earner: (accountCount) => `${accountCount} accounts earned more coins in an hour than people can earn`,
  gathering_purse: (accountCount) => `${accountCount} accounts received coins from many young accounts`,
};

/** Reads the unusual accounts. They keep their coins until an administrator closes the account or reverses a payment. */
@Injectable()
export class UnusualAccounts implements FindingSource, OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly sources: FindingSources,
  ) {}

  onModuleInit(): void {
    this.sources.register(this);
  }

  /** Leaves out closed accounts, because an administrator has already checked them. */
  async findings(): Promise<Finding[]> {
    const counts = await this.database.rows(
      { kind: textOf<UnusualKind>(), accountCount: int },
      `SELECT a.kind, count(*) AS "accountCount" FROM rewards_unusualaccount a
       JOIN users_user u ON u.id = a.user_id AND u.is_active GROUP BY a.kind ORDER BY a.kind`,
    );
    return counts.map(({ kind, accountCount }) => ({
      kind: 'unusual-account' as const,
      severity: 'warning' as const,
      subject: kind,
      explanation: `${explanationByKind[kind](accountCount)}. List them with GET /api/v1/rewards/unusual-accounts.`,
      mend: `SELECT * FROM rewards_unusualaccount WHERE kind = '${kind}' ORDER BY figure DESC;`,
    }));
  }

  /** Lists the accounts with an id below `beforeId`. The account that was found last comes first. */
  list(beforeId: number | undefined, limit: number): Promise<UnusualRow[]> {
    return this.database.rows(
      shape,
      `SELECT ${account.columns('a')}, u.username, u.is_active AS "isActive", u.teo_coins AS balance
       FROM rewards_unusualaccount a JOIN users_user u ON u.id = a.user_id
       WHERE a.id < $1 ORDER BY a.id DESC LIMIT $2`,
      [beforeId ?? Number.MAX_SAFE_INTEGER, limit],
    );
  }

  async count(): Promise<number> {
    const counted = await this.database.row({ total: int }, 'SELECT count(*) AS total FROM rewards_unusualaccount');
    return counted?.total ?? 0;
  }
}
