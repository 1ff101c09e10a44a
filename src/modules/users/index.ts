export { Accounts, type NewAccount } from './accounts';
export { Passwords } from './passwords';
export { Sessions, type Tokens } from './sessions';
export { PersonRegistered, TeacherApproved, TeacherRejected, TimezoneChanged } from './users.events';
export { UsersModule } from './users.module';
export type { Role } from './user.lists';
