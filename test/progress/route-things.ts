import { int } from '../../src/platform/database/columns';
import { done } from '../journeys/cast';
import type { RouteThings } from '../support/route-fixtures';
import type { School } from '../support/school';

const level = (id: string, points: number) => ({ id, title: id, description: '', points });
const criteria = [{ id: 'edges', title: 'Edges', description: '', levels: [level('weak', 0), level('good', 4)] }];

/** A picture of graded work of this student. Its file does not exist, because no route of pins reads it. */
const addPicture = (school: School, studentId: number): Promise<{ id: number; submissionId: number } | undefined> =>
  school.database.transaction(() =>
    school.database.row(
      { id: int, submissionId: int },
      `INSERT INTO progress_artwork (submission_id, position, file)
       SELECT id, 1, '' FROM courses_exercisesubmission WHERE student_id = $1 AND status <> 'pending' ORDER BY id LIMIT 1
       RETURNING id, submission_id AS "submissionId"`,
      [studentId],
    ),
  );

/** A rubric and a frequent comment of the teacher, and a pin of the teacher on a picture of the student. */
export const routeThings: RouteThings = {
  async make(school, { student, teacher }) {
    const rubric = await done(teacher.post('/rubrics', { title: 'Still life', criteria }));
    const comment = await done(teacher.post('/me/frequent-comments', { text: 'Half-close your eyes.' }));
    const ids = { rubrics: rubric.id, 'frequent-comments': comment.id };
    const picture = await addPicture(school, student.id);
    if (!picture) return { ...ids, artwork: 0, pins: 0 };
    const pin = { artworkId: picture.id, x: 0.4, y: 0.3, text: 'Soften this edge.' };
    const { id } = await done(teacher.post(`/submissions/${picture.submissionId}/pins`, pin));
    return { ...ids, artwork: picture.id, pins: id };
  },
  bodies: (_cast, { rubrics, artwork }) => ({
    'PUT /api/v1/exercises/{id}/rubric': { rubricId: rubrics },
    'POST /api/v1/submissions/{id}/pins': { artworkId: artwork, x: 0.4, y: 0.3, text: 'Soften this edge.' },
  }),
};
