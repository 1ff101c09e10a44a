import { TeacherApplication } from './teacher-application.entity';
import { TeacherApplications } from './teacher-applications';
import { TeacherApplicationsController } from './teacher-applications.controller';
import { TeacherApproval } from './teacher-approval.entity';
import { TeacherApprovals } from './teacher-approvals';
import { TeachersController } from './teachers.controller';
import { TeacherLists } from './teachers.query';

/** What the module of users needs of this folder. */
export const teachers = {
  entities: [TeacherApproval, TeacherApplication],
  controllers: [TeachersController, TeacherApplicationsController],
  providers: [TeacherApplications, TeacherApprovals, TeacherLists],
};
