import { done } from '../journeys/cast';
import type { RouteThings } from '../support/route-fixtures';

const level = (id: string, points: number) => ({ id, title: id, description: '', points });
const criteria = [{ id: 'edges', title: 'Edges', description: '', levels: [level('weak', 0), level('good', 4)] }];

/** A rubric and a frequent comment of the teacher. */
export const routeThings: RouteThings = {
  async make(_school, { teacher }) {
    const rubric = await done(teacher.post('/rubrics', { title: 'Still life', criteria }));
    const comment = await done(teacher.post('/me/frequent-comments', { text: 'Half-close your eyes.' }));
    return { rubrics: rubric.id, 'frequent-comments': comment.id };
  },
  bodies: (_cast, things) => ({ 'PUT /api/v1/exercises/{id}/rubric': { rubricId: things.rubrics } }),
};
