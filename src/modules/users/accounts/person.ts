import { bool, instant, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import type { Role, TeacherStatus } from '../user.lists';

/** The columns of users_user that responses are built from: all except the password. */
export const personShape = {
  id: int,
  username: text,
  email: text,
  firstName: text,
  lastName: text,
  role: textOf<Role>(),
  isActive: bool,
  isApproved: bool,
  teacherStatus: nullable(textOf<TeacherStatus>()),
  bio: text,
  profileImage: text,
  teoCoins: int,
  createdAt: instant,
  lastLogin: nullable(instant),
  version: int,
};

export type Person = Row<typeof personShape>;

export const personColumns = `id, username, email, first_name AS "firstName", last_name AS "lastName", role,
  is_active AS "isActive", is_approved AS "isApproved", teacher_status AS "teacherStatus", bio,
  profile_image AS "profileImage", teo_coins AS "teoCoins", created_at AS "createdAt", last_login AS "lastLogin", version`;
