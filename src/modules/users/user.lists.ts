export const roles = ['student', 'teacher', 'admin'] as const;
export type Role = (typeof roles)[number];

/** The roles that a person can get by a request. Only an operator creates administrators. */
export const openRoles = ['student', 'teacher'] as const;
export type OpenRole = (typeof openRoles)[number];

/** The approval status of a teacher. `users_user.is_approved` is true exactly for approved teachers, students and administrators. */
export const teacherStatuses = ['pending', 'approved', 'rejected', 'suspended'] as const;
export type TeacherStatus = (typeof teacherStatuses)[number];
