import { z } from 'zod';
import type { Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import type { Person } from '../accounts/person';
import { namedEnum } from '../../../platform/http/named-enum';
import { teacherStatuses } from '../user.lists';
import { TeacherApproval } from './teacher-approval.entity';

export const TeacherResponse = z
  .strictObject({
    id: z.int(),
    username: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    bio: z.string(),
    profileImage: z.string().nullable(),
    joinedAt: z.iso.datetime(),
    status: namedEnum('TeacherStatus', teacherStatuses),
    application: z.string().optional().meta({
      description: 'In the list for administrators: the text of the application, empty if there is none',
    }),
  })
  .meta({
    id: 'Teacher',
    examples: [
      {
        id: 3,
        username: 'a.conti',
        firstName: 'Anna',
        lastName: 'Conti',
        bio: 'Printmaker.',
        profileImage: null,
        joinedAt: '2026-10-01T09:00:00.000Z',
        status: 'pending',
      },
    ],
  });
export type TeacherResponse = z.output<typeof TeacherResponse>;

export const TeacherPage = pageOf(TeacherResponse, 'TeacherPage');
export const TeacherQuery = pageQuery({
  status: namedEnum('TeacherStatus', teacherStatuses)
    .default('approved')
    .meta({ description: 'Only administrators can select another status than `approved`' }),
});
export type TeacherQuery = z.output<typeof TeacherQuery>;

export const Refusal = z
  .strictObject({ reason: z.string().trim().min(1).max(2_000).meta({ description: 'Shown to the teacher' }) })
  .meta({ id: 'TeacherRefusal', examples: [{ reason: 'The portfolio could not be opened; please send it again.' }] });
export type Refusal = z.output<typeof Refusal>;

export const Decision = z
  .strictObject({
    id: z.int(),
    status: namedEnum('TeacherStatus', teacherStatuses).meta({
      description: 'The status of the teacher after the decision',
    }),
    decidedById: z
      .int()
      .nullable()
      .meta({ description: 'The administrator who decided; null if their account was removed' }),
    decidedAt: z.iso.datetime(),
    reason: z.string(),
  })
  .meta({
    id: 'TeacherDecision',
    examples: [{ id: 12, status: 'approved', decidedById: 1, decidedAt: '2026-10-02T10:00:00.000Z', reason: '' }],
  });
export type Decision = z.output<typeof Decision>;

export const DecisionPage = pageOf(Decision, 'TeacherDecisionPage');
export const DecisionQuery = pageQuery();
export type DecisionQuery = z.output<typeof DecisionQuery>;

export const showTeacher = (person: Person): TeacherResponse => ({
  id: person.id,
  username: person.username,
  firstName: person.firstName,
  lastName: person.lastName,
  bio: person.bio,
  profileImage: person.profileImage || null,
  joinedAt: person.createdAt.toISOString(),
  status: person.teacherStatus ?? 'pending',
});

export const decisionColumns = columnsOf(TeacherApproval).without('teacherId');
/** For administrators. */
export const showApplicant = (person: Person & { application: string | null }): TeacherResponse => ({
  ...showTeacher(person),
  application: person.application ?? '',
});

export const showDecision = (decision: Row<typeof decisionColumns.shape>): Decision => ({
  ...decision,
  decidedAt: decision.decidedAt.toISOString(),
});
