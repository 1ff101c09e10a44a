import { brokenRule } from '../database/broken-rule';
import type { Database } from '../database/database';
import { DataRefused } from './findings';
import type { Model } from './models';

/** The engine refused a row that no look of ours had found wrong: its own message would show the row. */
export function refusalOf(database: Database, models: readonly Model[], error: unknown): DataRefused | null {
  const rule = brokenRule(database.dialect, error);
  if (!rule) return null;
  const model = models.find(({ table }) => table.name === rule.table)?.label ?? rule.table ?? undefined;
  const what = rule.columns.length > 0 ? rule.columns.join(', ') : `the rule ${rule.name}`;
  const reason = rule.isUnique ? `duplicate: two rows have the same ${what}` : `a row breaks the rule ${rule.name}`;
  return new DataRefused('Nothing was changed: the database refused a row', [{ model, reason }]);
}
