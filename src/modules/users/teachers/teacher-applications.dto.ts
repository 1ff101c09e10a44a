import { z } from 'zod';
import { teacherStatuses } from '../user.lists';
import type { ApplicationRow } from './teacher-applications';
import { namedEnum } from '../../../platform/http/named-enum';

export const applicationText = z
  .string()
  .trim()
  .min(1)
  .max(5_000)
  .meta({ description: 'Why the person wants to teach, and what they have done. Only administrators read it' });

export const NewTeacherApplication = z
  .strictObject({ text: applicationText })
  .meta({ id: 'NewTeacherApplication', examples: [{ text: 'I have taught printmaking for ten years.' }] });
export type NewTeacherApplication = z.output<typeof NewTeacherApplication>;

export const TeacherApplicationResponse = z
  .strictObject({
    text: z.string().meta({ description: 'Empty if the person wrote none' }),
    status: namedEnum('TeacherStatus', teacherStatuses).meta({
      description: 'The text can be changed while it is `pending`',
    }),
    updatedAt: z.iso.datetime().nullable(),
  })
  .meta({
    id: 'TeacherApplication',
    examples: [
      {
        text: 'I have taught printmaking for ten years.',
        status: 'pending',
        updatedAt: '2026-10-01T09:00:00.000Z',
      },
    ],
  });
export type TeacherApplicationResponse = z.output<typeof TeacherApplicationResponse>;

export const showApplication = (row: ApplicationRow): TeacherApplicationResponse => ({
  text: row.text ?? '',
  status: row.status ?? 'pending',
  updatedAt: row.updatedAt?.toISOString() ?? null,
});
