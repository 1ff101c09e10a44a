import type { Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { User } from './user.entity';

/** The columns of users_user that responses are built from: never the password. */
const person = columnsOf(User, [
  'id',
  'username',
  'email',
  'emailVerifiedAt',
  'firstName',
  'lastName',
  'role',
  'isActive',
  'isApproved',
  'teacherStatus',
  'bio',
  'profileImage',
  'teoCoins',
  'createdAt',
  'lastLogin',
  'version',
]);

export const personShape = person.shape;

export type Person = Row<typeof personShape>;

export const personColumns = person.columns();
