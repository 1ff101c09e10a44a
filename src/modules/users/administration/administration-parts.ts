import { AccountOverviews } from './account-overview';
import { Administrators } from './administrators';
import { ManagedUsersController } from './managed-users.controller';
import { RoleChanges } from './role-changes';
import { RoleStore } from './role-store';
import { PublishedCourses } from './taught-courses';
import { UserList } from './user-list.query';

/** What the module of users needs of this folder. */
export const administration = {
  controllers: [ManagedUsersController],
  providers: [AccountOverviews, Administrators, PublishedCourses, RoleChanges, RoleStore, UserList],
  exports: [AccountOverviews],
};
