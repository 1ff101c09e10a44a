import { int } from '../../src/platform/database/columns';
import { insertRows } from '../../src/platform/database/insert-rows';
import type { School } from './school';

export interface BuiltCourse {
  id: number;
  lessons: number[];
}

/** Inserts the rows of a published course with lessons, for tests that do not test the editing of courses. */
export async function aPublishedCourse(
  school: School,
  teacherId: number,
  options: { lessons?: number; seats?: number | null; reward?: number; lessonReward?: number; title?: string } = {},
): Promise<BuiltCourse> {
  const { lessons = 3, seats = null, reward = 50, lessonReward = 10, title = 'Colour and light' } = options;
  const now = school.clock.now();
  return school.database.transaction(async () => {
    const course = await school.database.row(
      { id: int },
      `INSERT INTO courses_course (title, description, category, level, teocoin_reward, teacher_id, is_published,
         max_enrollments, created_at, updated_at, published_at, lesson_count)
       VALUES ($1, 'How colours meet', 'painting', 'beginner', $2, $3, $4, $5, $6, $6, $6, $7) RETURNING id`,
      [title, reward, teacherId, true, seats, now, lessons],
    );
    const id = course!.id;
    const rows = Array.from({ length: lessons }, (_, index) => {
      const order = index + 1;
      return [id, `Lesson ${order}`, 'Look, then paint.', order, 'theory', [], lessonReward, true, true, now, now];
    });
    await insertRows(
      school.database,
      'courses_lesson',
      [
        'course_id',
        'title',
        'content',
        '"order"',
        'lesson_type',
        'materials',
        'teocoin_reward',
        'is_published',
        'is_mandatory',
        'created_at',
        'updated_at',
      ],
      rows,
    );
    const lessonRows = await school.database.rows(
      { id: int },
      'SELECT id FROM courses_lesson WHERE course_id = $1 ORDER BY "order"',
      [id],
    );
    return { id, lessons: lessonRows.map((lesson) => lesson.id) };
  });
}

/** Creates a student who is enrolled in the course. */
export async function anEnrolledStudent(school: School, course: BuiltCourse): ReturnType<School['student']> {
  const student = await school.student();
  const response = await student.post(`/courses/${course.id}/enrollment`);
  if (response.status !== 201) throw new Error(`The enrolment failed: ${JSON.stringify(response.body)}`);
  return student;
}
