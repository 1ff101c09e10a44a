import { z } from 'zod';
import { instant, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import type { Person } from '../accounts/person';
import { teacherStatuses, type TeacherStatus } from '../user.lists';

export const TeacherResponse = z
  .strictObject({
    id: z.int(),
    username: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    bio: z.string(),
    profileImage: z.string().nullable(),
    joinedAt: z.iso.datetime(),
    status: z.enum(teacherStatuses),
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
  status: z
    .enum(teacherStatuses)
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
    status: z.enum(teacherStatuses).meta({ description: 'The status of the teacher after the decision' }),
    decidedBy: z
      .int()
      .nullable()
      .meta({ description: 'The administrator who decided; null if their account was removed' }),
    decidedAt: z.iso.datetime(),
    reason: z.string(),
  })
  .meta({
    id: 'TeacherDecision',
    examples: [{ id: 12, status: 'approved', decidedBy: 1, decidedAt: '2026-10-02T10:00:00.000Z', reason: '' }],
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

/** For administrators. */
export const showApplicant = (person: Person & { application: string | null }): TeacherResponse => ({
  ...showTeacher(person),
  application: person.application ?? '',
});

export const decisionShape = {
  id: int,
  status: textOf<TeacherStatus>(),
  decidedBy: nullable(int),
  decidedAt: instant,
  reason: text,
};

export const showDecision = (decision: Row<typeof decisionShape>): Decision => ({
  ...decision,
  decidedAt: decision.decidedAt.toISOString(),
});
