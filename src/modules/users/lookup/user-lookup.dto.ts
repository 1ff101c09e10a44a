import { z } from 'zod';
import { roles } from '../user.lists';
import type { FoundUser } from './user-lookup';
import { namedEnum } from '../../../platform/http/named-enum';

export const FoundUserResponse = z
  .strictObject({
    id: z.int(),
    username: z.string(),
    role: namedEnum('Role', roles),
    profileImage: z
      .string()
      .nullable()
      .meta({ description: 'Path of the image; null if the person has none, or shows it to nobody' }),
  })
  .meta({ id: 'FoundUser', examples: [{ id: 12, username: 'noor', role: 'student', profileImage: null }] });
export type FoundUserResponse = z.output<typeof FoundUserResponse>;

export const UserLookupQuery = z.strictObject({
  username: z
    .string()
    .min(1)
    .max(150)
    .meta({ description: 'The whole username; the case of A to Z is ignored', examples: ['noor'] }),
});
export type UserLookupQuery = z.output<typeof UserLookupQuery>;

export const showFoundUser = ({ id, username, role, profileImage }: FoundUser): FoundUserResponse => ({
  id,
  username,
  role,
  profileImage: profileImage || null,
});
