import { int } from '../src/platform/database/columns';
import { answersOf } from './answers';
import type { Grading } from './grading';
import type { Parts } from './parts';
import { studentInstant, type DemoStudent } from './people';
import { Random } from './random';
import type { OpenCourse, OpenExercise, OpenLesson } from './teaching';

type Task = { lesson: OpenLesson } | { exercise: OpenExercise; attempt: number };

const messages = ['Thank you for the critique!', 'For the paper you lent me', 'Happy birthday', 'You found my mistake'];

/** One student's way through the school: what they do next follows from what came of the last thing they did. */
export class Learning {
  private readonly random: Random;
  private readonly completed = new Set<string>();
  private readonly taken = new Set<string>();
  private current: OpenCourse | undefined;
  private tasks: Task[] = [];

  constructor(
    private readonly parts: Parts,
    readonly id: number,
    readonly student: DemoStudent,
    private readonly courses: ReadonlyMap<string, OpenCourse>,
    private readonly grading: Grading,
  ) {
    this.random = new Random(1_000 + id);
  }

  /** When the student does something, ascending. */
  instants(now: Date): Date[] {
    const { activeDays, stepsADay } = this.student.habit;
    const steps = Array.from({ length: stepsADay }, (_, step) => step);
    return activeDays.flatMap((daysAgo) =>
      steps.map((step) => studentInstant(this.student, now, daysAgo, step * 15 + (this.id % 10))),
    );
  }

  /** The next lesson or exercise of the course they are in; they enrol in another when nothing is left of it. */
  async step(now: Date, others: readonly Learning[]): Promise<void> {
    if (this.tasks.length === 0) await this.begin();
    const task = this.tasks.shift();
    if (!task) return;
    if ('lesson' in task) await this.complete(task.lesson);
    else await this.handIn(task, now);
    if (this.random.chance(0.06)) await this.give(this.random.pick(others));
  }

  /** Enrols in a course they may enrol in; nothing happens when there is none left. */
  async begin(): Promise<void> {
    if (this.current) this.completed.add(this.current.course.slug);
    const candidates = [...this.courses.values()].filter((course) => this.mayEnrol(course));
    const goingOn = candidates.filter(({ course }) => course.prerequisites.length > 0);
    const preferred = goingOn.length > 0 && this.random.chance(0.7) ? goingOn : candidates;
    this.current = preferred.length > 0 ? this.random.pick(preferred) : undefined;
    if (!this.current) return;
    await this.parts.enrollments.enroll(this.id, this.current.id);
    this.current.students++;
    this.taken.add(this.current.course.slug);
    this.tasks = this.current.lessons.flatMap((lesson) => this.tasksOf(lesson));
  }

  private mayEnrol({ course, students }: OpenCourse): boolean {
    const isFull = course.maxEnrollments !== null && students >= course.maxEnrollments;
    return !isFull && !this.taken.has(course.slug) && course.prerequisites.every((slug) => this.completed.has(slug));
  }

  private tasksOf(lesson: OpenLesson): Task[] {
    if (!lesson.lesson.isMandatory && this.random.chance(0.3)) return [];
    const exercises = lesson.exercises.filter(() => this.random.chance(0.75));
    return [{ lesson }, ...exercises.map((exercise) => ({ exercise, attempt: 1 }))];
  }

  private async complete({ id, lesson }: OpenLesson): Promise<void> {
    const timeSpentMinutes = Math.round(lesson.durationMinutes * (0.7 + this.random.next() * 0.8));
    await this.parts.completions.complete(this.id, id, { timeSpentMinutes, score: null, notes: '' });
  }

  private async handIn({ exercise, attempt }: Extract<Task, { attempt: number }>, now: Date): Promise<void> {
    const isQuiz = exercise.exercise.questions.length > 0;
    const submission = await this.parts.submissions.handIn(
      this.id,
      exercise.id,
      isQuiz ? this.answers(exercise) : this.work(),
    );
    if (submission.status === 'pending') this.grading.expect(submission.id, exercise, this.current as OpenCourse, now);
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

  private async give(friend: Learning): Promise<void> {
    const amount = this.random.between(1, 5) * 5;
    if (friend.id === this.id || (await this.balance()) < amount) return;
    const order = { recipientId: friend.id, amount, message: this.random.pick(messages) };
    await this.parts.transfers.send(this.id, order, null);
  }

  /** Asked before, since a refusal inside the loading would undo all of it. */
  private async balance(): Promise<number> {
    const sql = 'SELECT teo_coins AS coins FROM users_user WHERE id = $1';
    return (await this.parts.database.row({ coins: int }, sql, [this.id]))?.coins ?? 0;
  }
}
