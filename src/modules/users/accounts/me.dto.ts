import { z } from 'zod';
import type { Person } from './person';
import { roles, teacherStatuses } from '../user.lists';
import { namedEnum } from '../../../platform/http/named-enum';

export const exampleOfMe = {
  id: 7,
  username: 'giulia.r',
  email: 'giulia@school.example',
  emailVerifiedAt: '2026-11-02T08:20:00.000Z',
  firstName: 'Giulia',
  lastName: 'Rossi',
  role: 'student',
  isApproved: true,
  teacherStatus: null,
  bio: '',
  profileImage: null,
  balance: 40,
  createdAt: '2026-11-02T08:15:00.000Z',
  version: 1,
} as const;

/** The account of the signed-in person. */
export const Me = z
  .strictObject({
    id: z.int(),
    username: z.string(),
    email: z.string(),
    emailVerifiedAt: z.iso.datetime().nullable().meta({
      description:
        'null until the person has opened the link in a mail. Until then they cannot send or withdraw TeoCoins, if the school sends mail',
    }),
    firstName: z.string(),
    lastName: z.string(),
    role: namedEnum('Role', roles),
    isApproved: z.boolean().meta({ description: 'False for a teacher who is not approved; true for all other people' }),
    teacherStatus: namedEnum('TeacherStatus', teacherStatuses)
      .nullable()
      .meta({ description: 'null if the person is not a teacher' }),
    bio: z.string(),
    profileImage: z.string().nullable(),
    balance: z.int().min(0).meta({ description: 'Available TeoCoins' }),
    createdAt: z.iso.datetime(),
    version: z.int(),
  })
  .meta({
    id: 'Me',
    examples: [exampleOfMe],
  });
export type Me = z.output<typeof Me>;

export const ProfileChange = z
  .strictObject({
    firstName: z.string().trim().max(150).optional(),
    lastName: z.string().trim().max(150).optional(),
    bio: z.string().trim().max(2_000).optional(),
  })
  .meta({ id: 'ProfileChange', examples: [{ bio: 'Watercolours, mostly of boats.' }] });
export type ProfileChange = z.output<typeof ProfileChange>;

export function showMe(person: Person): Me {
  const { id, email, firstName, lastName, role, isApproved, teacherStatus, bio, teoCoins, version } = person;
  return {
    id,
    username: person.username,
    email,
    emailVerifiedAt: person.emailVerifiedAt?.toISOString() ?? null,
    firstName,
    lastName,
    role,
    isApproved,
    teacherStatus,
    bio,
    profileImage: person.profileImage || null,
    balance: teoCoins,
    createdAt: person.createdAt.toISOString(),
    version,
  };
}
