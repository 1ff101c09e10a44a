import { z } from 'zod';
import type { Actor } from '../../../platform/auth/actor';
import { flag } from '../../../platform/http/parameters';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import type { Person } from './person';
import { roles, teacherStatuses } from '../user.lists';
import { maySeeContact } from '../users.policy';

export const username = z
  .string()
  .regex(/^[A-Za-z0-9_.+-]{3,150}$/, 'Must be 3 to 150 letters, digits or _ . + -')
  .meta({ description: 'Unique without regard to case', examples: ['giulia.r'] });

const Public = {
  id: z.int(),
  username: z.string(),
  role: z.enum(roles),
  profileImage: z.string().nullable().meta({ description: 'Path of the image; null where there is none' }),
  memberSince: z.iso.datetime(),
};

const Personal = { firstName: z.string(), lastName: z.string(), bio: z.string() };
const forAcquaintances = z.string().optional().meta({
  description: 'For people who share a course, for teachers and administrators; of approved teachers for everybody',
});

const giulia = {
  id: 7,
  username: 'giulia.r',
  firstName: 'Giulia',
  lastName: 'Rossi',
  role: 'student' as const,
  bio: 'Watercolours, mostly of boats.',
  profileImage: null,
  memberSince: '2026-11-02T08:15:00.000Z',
};

/** A person as others see them. */
export const UserView = z
  .strictObject({
    ...Public,
    firstName: forAcquaintances,
    lastName: forAcquaintances,
    bio: forAcquaintances,
    email: z.string().optional().meta({ description: 'For the person and for administrators only' }),
  })
  .meta({ id: 'User', examples: [giulia] });
export type UserView = z.output<typeof UserView>;

/** A person as an administrator sees them in a list. */
export const ManagedUser = z
  .strictObject({
    ...Public,
    ...Personal,
    email: z.string(),
    isActive: z.boolean(),
    isApproved: z.boolean(),
    teacherStatus: z.enum(teacherStatuses).nullable(),
    lastLogin: z.iso.datetime().nullable(),
  })
  .meta({
    id: 'ManagedUser',
    examples: [
      {
        ...giulia,
        email: 'giulia@school.example',
        isActive: true,
        isApproved: true,
        teacherStatus: null,
        lastLogin: null,
      },
    ],
  });
export type ManagedUser = z.output<typeof ManagedUser>;
export const ManagedUserPage = pageOf(ManagedUser, 'ManagedUserPage');

export const UserQuery = pageQuery({
  role: z.enum(roles).optional(),
  username: z.string().trim().min(1).max(150).optional().meta({ description: 'How the username begins, in any case' }),
  isActive: flag.optional(),
});
export type UserQuery = z.output<typeof UserQuery>;

const showPublic = (person: Person): z.output<z.ZodObject<typeof Public>> => ({
  id: person.id,
  username: person.username,
  role: person.role,
  profileImage: person.profileImage || null,
  memberSince: person.createdAt.toISOString(),
});

const showPersonal = ({ firstName, lastName, bio }: Person): z.output<z.ZodObject<typeof Personal>> => ({
  firstName,
  lastName,
  bio,
});

/** @param isKnown the viewer may know who this is in real life */
export function showUser(person: Person, viewer: Actor, isKnown: boolean): UserView {
  const personal = isKnown ? showPersonal(person) : {};
  const contact = maySeeContact(viewer, person.id) ? { email: person.email } : {};
  return { ...showPublic(person), ...personal, ...contact };
}

export function showManagedUser(person: Person): ManagedUser {
  const { email, isActive, isApproved, teacherStatus, lastLogin } = person;
  const lastSeen = lastLogin?.toISOString() ?? null;
  const all = { ...showPublic(person), ...showPersonal(person) };
  return { ...all, email, isActive, isApproved, teacherStatus, lastLogin: lastSeen };
}
