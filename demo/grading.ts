import type { Services } from './services';
import { Random } from './random';
import type { OpenCourse, OpenExercise } from './course-creation';

interface PendingGrade {
  submissionId: number;
  exercise: OpenExercise;
  course: OpenCourse;
  dueAt: Date;
}

const dayMs = 86_400_000;
const praise = ['Lovely edges.', 'The light is convincing now.', 'Good proportions, brave colours.', 'Clean work.'];
const advice = [
  'Look again at the darkest tone: it is not dark enough yet.',
  'The eye is drawn out of the picture; why?',
];

/** Grades submitted work one to four days later, as its teacher. So the latest submissions are still pending today. */
export class Grading {
  private readonly random = new Random(77);
  private pending: PendingGrade[] = [];

  constructor(private readonly services: Services) {}

  add(submissionId: number, exercise: OpenExercise, course: OpenCourse, now: Date): void {
    const dueAt = new Date(now.getTime() + (1 + this.random.next() * 3) * dayMs);
    this.pending.push({ submissionId, exercise, course, dueAt });
  }

  /** Grades all submissions that are due at `now`. For each one the clock is set to its own due time. */
  async gradeDue(now: Date): Promise<void> {
    const dueGrades = this.pending.filter(({ dueAt }) => dueAt <= now);
    this.pending = this.pending.filter(({ dueAt }) => dueAt > now);
    dueGrades.sort((left, right) => left.dueAt.getTime() - right.dueAt.getTime());
    for (const dueGrade of dueGrades) await this.services.clock.at(dueGrade.dueAt, () => this.grade(dueGrade));
  }

  private async grade({ submissionId, exercise, course }: PendingGrade): Promise<void> {
    const isGood = this.random.chance(0.8);
    const percent = isGood ? this.random.between(65, 100) : this.random.between(25, 55);
    const score = Math.round((exercise.exercise.maxScore * percent) / 100);
    const feedback = this.random.pick(isGood ? praise : advice);
    const status = isGood ? ('approved' as const) : ('needs_revision' as const);
    await this.services.grades.give(course.teacher, submissionId, null, { score, status, feedback, reason: '' });
  }
}
