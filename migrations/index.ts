import { Chain1764000006000 } from './1764000006000-chain';
import { Coins1764000004000 } from './1764000004000-coins';
import { Courses1764000002000 } from './1764000002000-courses';
import { LedgerIndex1764000006700 } from './1764000006700-ledger-index';
import { Monitoring1764000006500 } from './1764000006500-monitoring';
import { Notifications1764000005000 } from './1764000005000-notifications';
import { OriginalValues1764000007700 } from './1764000007700-original-values';
import { People1764000001000 } from './1764000001000-people';
import { Platform1764000000000 } from './1764000000000-platform';
import { Progress1764000003000 } from './1764000003000-progress';

/** The one list for both engines, in order. */
export const migrations = [
  Platform1764000000000,
  People1764000001000,
  Courses1764000002000,
  Progress1764000003000,
  Coins1764000004000,
  Notifications1764000005000,
  Chain1764000006000,
  Monitoring1764000006500,
  LedgerIndex1764000006700,
  OriginalValues1764000007700,
];
