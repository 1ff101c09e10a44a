import { z } from 'zod';
import { namedEnum } from '../../../platform/http/named-enum';
import { openRoles } from '../user.lists';

/** Nobody becomes an administrator by a route. Otherwise one administrator could create the second one who must confirm rewards. */
export const RoleChange = z
  .strictObject({
    role: namedEnum('OpenRole', openRoles).meta({
      description:
        'A new teacher has the status `pending` and is approved as usual. Only an operator creates administrators',
    }),
    reason: z.string().trim().min(1).max(150).meta({ description: 'Kept as a security event and shown to the person' }),
  })
  .meta({ id: 'RoleChange', examples: [{ role: 'teacher', reason: 'Gives the printmaking course from May' }] });
export type RoleChange = z.output<typeof RoleChange>;
