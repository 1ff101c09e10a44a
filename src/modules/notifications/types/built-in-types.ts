import { accountTypes } from './account-types';
import { coinTypes } from './coin-types';
import { learningTypes } from './learning-types';
import type { NotificationType } from './notification-type';
import { teachingTypes } from './teaching-types';

/** The types that the application itself uses. `urgent` is for money and security; `low` needs no attention. */
export const builtInTypes: readonly NotificationType[] = [
  ...learningTypes,
  ...teachingTypes,
  ...coinTypes,
  ...accountTypes,
];
