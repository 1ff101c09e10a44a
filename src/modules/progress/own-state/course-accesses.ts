import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';

const minIntervalMs = 5 * 60_000;

/** Remembers when a student last used a course. The time only sorts lists, so losing one does no harm. */
@Injectable()
export class CourseAccesses {
  private readonly log = new Logger(CourseAccesses.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes at most once in five minutes for each student and course. A locked enrolment is skipped, because its transaction writes the
   * time too, or is long and the student must not wait for it. A failure is logged, so that reading does not fail.
   */
  async record(studentId: number, courseId: number, lastAccessedAt: Date): Promise<void> {
    const now = this.clock.now();
    const latest = new Date(now.getTime() - minIntervalMs);
    if (lastAccessedAt > latest) return;
    const sql = `UPDATE courses_courseenrollment SET last_accessed = $3 WHERE id = (
      SELECT id FROM courses_courseenrollment WHERE student_id = $1 AND course_id = $2 AND left_at IS NULL
        AND last_accessed <= $4${this.database.dialect.skipLocked})`;
    try {
      await this.database.transaction(() => this.database.run(sql, [studentId, courseId, now, latest]));
    } catch (error) {
      this.log.warn(`The last access of user ${studentId} to course ${courseId} was not stored`, error);
    }
  }
}
