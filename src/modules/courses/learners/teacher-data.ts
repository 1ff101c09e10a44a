import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Database } from '../../../platform/database/database';
import { PersonalDataRegistry, rowsOfPerson, type Obstacle, type PersonalData } from '../../users';
import { Course } from '../course/course.entity';
import { RubricRow } from '../rubrics/rubric.entity';

const rubric = columnsOf(RubricRow).without('ownerId');
const course = columnsOf(Course, ['id', 'title', 'description', 'createdAt', 'publishedAt', 'archivedAt']);

/** What Courses holds of a person: the courses that they teach, and their rubrics. */
@Injectable()
export class TeacherData implements PersonalData {
  readonly name = 'courses';
  readonly tables = {
    courses_course: 'kept: a teacher leaves only archived courses, whose students may need them',
    courses_rubric: 'deleted; exercises keep their copies',
  };

  constructor(
    registry: PersonalDataRegistry,
    private readonly database: Database,
  ) {
    registry.register(this);
  }

  async findObstacles(personId: number): Promise<Obstacle[]> {
    const sql = 'SELECT count(*) AS total FROM courses_course WHERE teacher_id = $1 AND archived_at IS NULL';
    const { total: count } = (await this.database.row({ total: int }, sql, [personId]))!;
    const advice = 'Archive your courses, or hand them over to another teacher.';
    return count > 0 ? [{ kind: 'courses', count, advice }] : [];
  }

  async export(personId: number): Promise<Record<string, readonly object[]>> {
    return {
      taughtCourses: await rowsOfPerson(this.database, course, 'teacher_id', personId),
      rubrics: await rowsOfPerson(this.database, rubric, 'owner_id', personId),
    };
  }

  async erase(personId: number): Promise<void> {
    await this.database.run('DELETE FROM courses_rubric WHERE owner_id = $1', [personId]);
  }
}
