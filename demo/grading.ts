import type { Parts } from './parts';
import { Random } from './random';
import type { OpenCourse, OpenExercise } from './teaching';

interface Waiting {
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

/** Work that waits for its teacher, who looks at it one to four days later: what came in last is still waiting today. */
export class Grading {
  private readonly random = new Random(77);
  private waiting: Waiting[] = [];

  constructor(private readonly parts: Parts) {}

  expect(submissionId: number, exercise: OpenExercise, course: OpenCourse, now: Date): void {
    const dueAt = new Date(now.getTime() + (1 + this.random.next() * 3) * dayMs);
    this.waiting.push({ submissionId, exercise, course, dueAt });
  }

  /** Grades what is due until an instant, each at its own. */
  async until(now: Date): Promise<void> {
    const due = this.waiting.filter(({ dueAt }) => dueAt <= now);
    this.waiting = this.waiting.filter(({ dueAt }) => dueAt > now);
    for (const one of due.sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime()))
      await this.parts.clock.at(one.dueAt, () => this.grade(one));
  }

  private async grade({ submissionId, exercise, course }: Waiting): Promise<void> {
    const isGood = this.random.chance(0.8);
    const percent = isGood ? this.random.between(65, 100) : this.random.between(25, 55);
    const score = Math.round((exercise.exercise.maxScore * percent) / 100);
    const feedback = this.random.pick(isGood ? praise : advice);
    const status = isGood ? ('approved' as const) : ('needs_revision' as const);
    await this.parts.grades.give(course.teacher, submissionId, null, { score, status, feedback, reason: '' });
  }
}
