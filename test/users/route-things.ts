import { PersonalExports } from '../../src/modules/users/exports/personal-exports';
import type { RouteThings } from '../support/route-fixtures';

export const routeThings: RouteThings = {
  async make(school, { student }) {
    return { exports: (await school.part(PersonalExports).request(student.id)).id };
  },
};
