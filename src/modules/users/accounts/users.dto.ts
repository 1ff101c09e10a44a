import { z } from 'zod';
import type { Actor } from '../../../platform/auth/actor';
import { flag } from '../../../platform/http/parameters';
import { pageOf, pageQuery, timeRange } from '../../../platform/http/pagination';
import type { Person } from './person';
import { roles, teacherStatuses } from '../user.lists';
import type { VisibleProfile } from '../privacy/visibility';
import { canSeeEmail } from '../users.policy';
import { namedEnum } from '../../../platform/http/named-enum';

export const username = z
  .string()
  .regex(/^[A-Za-z0-9_.+-]{3,150}$/, 'Must be 3 to 150 letters, digits or _ . + -')
  .meta({ description: 'Unique; case is ignored', examples: ['giulia.r'] });

const publicFields = {
  id: z.int(),
  username: z.string(),
  role: namedEnum('Role', roles),
  profileImage: z
    .string()
    .nullable()
    .meta({ description: 'Path of the image; null if the person has none, or does not show it to you' }),
  joinedAt: z.iso.datetime(),
};

const personalFields = { firstName: z.string(), lastName: z.string(), bio: z.string() };
const personalField = z.string().optional().meta({
  description:
    'Present for the person, for approved teachers and for administrators, and for those whom the person chose in `privacySettings.profile`: by default people who share a course. If the person is an approved teacher, present for everybody',
});

const exampleUser = {
  id: 7,
  username: 'giulia.r',
  firstName: 'Giulia',
  lastName: 'Rossi',
  role: 'student' as const,
  bio: 'Watercolours, mostly of boats.',
  profileImage: null,
  joinedAt: '2026-11-02T08:15:00.000Z',
};

/** A person as other people see them. */
export const UserResponse = z
  .strictObject({
    ...publicFields,
    firstName: personalField,
    lastName: personalField,
    bio: personalField,
    email: z.string().optional().meta({ description: 'Present only for the person and for administrators' }),
  })
  .meta({ id: 'User', examples: [exampleUser] });
export type UserResponse = z.output<typeof UserResponse>;

/** A person as an administrator sees them in a list. */
export const ManagedUser = z
  .strictObject({
    ...publicFields,
    ...personalFields,
    email: z.string(),
    isActive: z.boolean(),
    isApproved: z.boolean(),
    teacherStatus: namedEnum('TeacherStatus', teacherStatuses).nullable(),
    lastLoginAt: z.iso.datetime().nullable(),
    emailVerifiedAt: z.iso.datetime().nullable(),
  })
  .meta({
    id: 'ManagedUser',
    examples: [
      {
        ...exampleUser,
        email: 'giulia@school.example',
        isActive: true,
        isApproved: true,
        teacherStatus: null,
        lastLoginAt: null,
        emailVerifiedAt: null,
      },
    ],
  });
export type ManagedUser = z.output<typeof ManagedUser>;
export const ManagedUserPage = pageOf(ManagedUser, 'ManagedUserPage');

/** The body may be left out, because earlier clients send none. */
export const AccountClosure = z
  .strictObject({
    reason: z
      .string()
      .trim()
      .max(150)
      .default('')
      .meta({ description: 'Kept as a security event, and mailed to the person' }),
  })
  .prefault({})
  .meta({ id: 'AccountClosure', examples: [{ reason: 'Sells the TeoCoins of others' }] });
export type AccountClosure = z.output<typeof AccountClosure>;

const userSorts = ['newest', 'username'] as const;

export const UserQuery = pageQuery({
  q: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'Words to search for in username, name and address. The beginning of a word is enough' }),
  role: namedEnum('Role', roles).optional().meta({ description: 'Only people with this role' }),
  username: z
    .string()
    .trim()
    .min(1)
    .max(150)
    .optional()
    .meta({ description: 'Prefix of the username; case is ignored' }),
  isActive: flag.optional().meta({ description: 'Only open accounts, or only closed ones' }),
  ...timeRange('joined'),
  sort: namedEnum('UserSort', userSorts).default('newest').meta({ description: 'Order of the list' }),
});
export type UserQuery = z.output<typeof UserQuery>;

const showPublicFields = (person: Person): z.output<z.ZodObject<typeof publicFields>> => ({
  id: person.id,
  username: person.username,
  role: person.role,
  profileImage: person.profileImage || null,
  joinedAt: person.createdAt.toISOString(),
});

const showPersonalFields = ({ firstName, lastName, bio }: Person): z.output<z.ZodObject<typeof personalFields>> => ({
  firstName,
  lastName,
  bio,
});

export function showUser(
  person: Person,
  viewer: Actor,
  { isNameVisible, isImageVisible }: VisibleProfile,
): UserResponse {
  const visibleFields: UserResponse = showPublicFields(person);
  if (!isImageVisible) visibleFields.profileImage = null;
  if (isNameVisible) Object.assign(visibleFields, showPersonalFields(person));
  if (canSeeEmail(viewer, person.id)) visibleFields.email = person.email;
  return visibleFields;
}

export function showManagedUser(person: Person): ManagedUser {
  const { email, isActive, isApproved, teacherStatus, lastLogin } = person;
  return {
    ...showPublicFields(person),
    ...showPersonalFields(person),
    email,
    isActive,
    isApproved,
    teacherStatus,
    lastLoginAt: lastLogin?.toISOString() ?? null,
    emailVerifiedAt: person.emailVerifiedAt?.toISOString() ?? null,
  };
}
