import { int } from '../src/platform/database/columns';
import { answersOf } from './quiz-answers';
import type { Grading } from './grading';
import type { Services } from './services';
import { studentInstant, type DemoStudent } from './people';
import { Random } from './random';
import type { OpenCourse, OpenExercise, OpenLesson } from './course-creation';

type Task = { lesson: OpenLesson } | { exercise: OpenExercise; attempt: number };

const messages = ['Thank you for the critique!', 'For the paper you lent me', 'Happy birthday', 'You found my mistake'];

/** The activity of one student. The next step depends on the result of the step before. */
export class Learning {
  private readonly random: Random;
  private readonly completed = new Set<string>();
  private readonly enrolled = new Set<string>();
  private current: OpenCourse | undefined;
  private tasks: Task[] = [];

  constructor(
    private readonly services: Services,
    readonly id: number,
    readonly student: DemoStudent,
    private readonly courses: ReadonlyMap<string, OpenCourse>,
    private readonly grading: Grading,
  ) {
    this.random = new Random(1_000 + id);
  }

  /** The instants at which the student is active, in ascending order. */
  instants(now: Date): Date[] {
    const { activeDays, stepsADay } = this.student.habit;
    const steps = Array.from({ length: stepsADay }, (_, step) => step);
    return activeDays.flatMap((daysAgo) =>
      steps.map((step) => studentInstant(this.student, now, daysAgo, step * 15 + (this.id % 10))),
    );
  }

  /** Does the next lesson or exercise of the current course. Enrols in another course when nothing is left. */
  async step(now: Date, others: readonly Learning[]): Promise<void> {
    if (this.tasks.length === 0) await this.enrol();
    const task = this.tasks.shift();
    if (!task) return;
    if ('lesson' in task) await this.complete(task.lesson);
    else await this.handIn(task, now);
    if (this.random.chance(0.06)) await this.sendCoins(this.random.pick(others));
  }

  /** Enrols in a course that is open to the student. Does nothing if there is none left. */
  async enrol(): Promise<void> {
    if (this.current) this.completed.add(this.current.course.slug);
    const candidates = [...this.courses.values()].filter((course) => this.canEnrol(course));
    const advanced = candidates.filter(({ course }) => course.prerequisites.length > 0);
    const preferred = advanced.length > 0 && this.random.chance(0.7) ? advanced : candidates;
    this.current = preferred.length > 0 ? this.random.pick(preferred) : undefined;
    if (!this.current) return;
    await this.services.enrollments.enroll(this.id, this.current.id);
    this.current.students++;
    this.enrolled.add(this.current.course.slug);
    this.tasks = this.current.lessons.flatMap((lesson) => this.tasksOf(lesson));
  }

  private canEnrol({ course, students }: OpenCourse): boolean {
    const isFull = course.maxEnrollments !== null && students >= course.maxEnrollments;
    return !isFull && !this.enrolled.has(course.slug) && course.prerequisites.every((slug) => this.completed.has(slug));
  }

  private tasksOf(lesson: OpenLesson): Task[] {
    if (!lesson.lesson.isMandatory && this.random.chance(0.3)) return [];
    const exercises = lesson.exercises.filter(() => this.random.chance(0.75));
    return [{ lesson }, ...exercises.map((exercise) => ({ exercise, attempt: 1 }))];
  }

  private async complete({ id, lesson }: OpenLesson): Promise<void> {
    const timeSpentMinutes = Math.round(lesson.durationMinutes * (0.7 + this.random.next() * 0.8));
    await this.services.completions.complete(this.id, id, { timeSpentMinutes, score: null, notes: '' });
  }

  private async handIn({ exercise, attempt }: Extract<Task, { attempt: number }>, now: Date): Promise<void> {
    const isQuiz = exercise.exercise.questions.length > 0;
    const submission = await this.services.submissions.handIn(
      this.id,
      exercise.id,
      isQuiz ? this.answers(exercise) : this.work(),
    );
    if (submission.status === 'pending') this.grading.add(submission.id, exercise, this.current as OpenCourse, now);
    if (submission.status === 'needs_revision' && attempt < exercise.exercise.attemptsAllowed)
      this.tasks.unshift({ exercise, attempt: attempt + 1 });
  }

  private answers({ exercise }: OpenExercise) {
    return { answers: answersOf(exercise, this.student.habit.skill, this.random) };
  }

  private work() {
    const page = `https://works.school.example/${this.student.username}/${this.random.between(100, 999)}`;
    return { work: { text: 'Three tries, the last one is the best. I am not sure about the edges.', links: [page] } };
  }

  private async sendCoins(friend: Learning): Promise<void> {
    const amount = this.random.between(1, 5) * 5;
    if (friend.id === this.id || (await this.balance()) < amount) return;
    const transfer = { recipientId: friend.id, amount, message: this.random.pick(messages) };
    await this.services.transfers.send(this.id, transfer, null);
  }

  /** The balance is checked first, because a refused transfer would roll back the transaction that loads the school. */
  private async balance(): Promise<number> {
    const sql = 'SELECT teo_coins AS coins FROM users_user WHERE id = $1';
    return (await this.services.database.row({ coins: int }, sql, [this.id]))?.coins ?? 0;
  }
}
