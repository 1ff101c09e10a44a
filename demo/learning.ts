import { int } from '../src/platform/database/columns';
import { createAnswers } from './quiz-answers';
import type { Grading } from './grading';
import type { Services } from './services';
import { studentInstant, type DemoStudent } from './people';
import { Random } from './random';
import type { OpenCourse, OpenExercise, OpenLesson } from './course-creation';

type Task = { lesson: OpenLesson } | { exercise: OpenExercise; attempt: number };

const messages = ['Thank you for the critique!', 'For the paper you lent me', 'Happy birthday', 'You found my mistake'];

/** The activity of one student. Each step depends on the results of the steps before. */
export class Learning {
  private readonly random: Random;
  private readonly completedSlugs = new Set<string>();
  private readonly enrolledSlugs = new Set<string>();
  private currentCourse: OpenCourse | undefined;
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
  listActiveInstants(now: Date): Date[] {
    const { activeDays, stepsADay } = this.student.habit;
    const minutes = Array.from({ length: stepsADay }, (_, step) => step * 15 + (this.id % 10));
    return activeDays.flatMap((daysAgo) => minutes.map((minute) => studentInstant(this.student, now, daysAgo, minute)));
  }

  /** Does the next lesson or exercise of the current course, or enrols in another course if the current one is finished. */
  async step(now: Date, students: readonly Learning[]): Promise<void> {
    if (this.tasks.length === 0) await this.enrol();
    const task = this.tasks.shift();
    if (!task) return;
    if ('lesson' in task) await this.complete(task.lesson);
    else await this.handIn(task, now);
    if (this.random.chance(0.06)) await this.sendCoins(this.random.pick(students));
  }

  /** Enrols in a course that is open to the student. Does nothing if there is no such course. */
  async enrol(): Promise<void> {
    if (this.currentCourse) this.completedSlugs.add(this.currentCourse.course.slug);
    const candidates = [...this.courses.values()].filter((course) => this.canEnrol(course));
    const advanced = candidates.filter(({ course }) => course.prerequisites.length > 0);
    const isAdvanced = advanced.length > 0 && this.random.chance(0.7);
    const preferred = isAdvanced ? advanced : candidates;
    this.currentCourse = preferred.length > 0 ? this.random.pick(preferred) : undefined;
    if (!this.currentCourse) return;
    await this.services.enrollments.enroll(this.id, this.currentCourse.id);
    this.currentCourse.studentCount++;
    this.enrolledSlugs.add(this.currentCourse.course.slug);
    this.tasks = this.currentCourse.lessons.flatMap((lesson) => this.chooseTasks(lesson));
  }

  private canEnrol({ course, studentCount }: OpenCourse): boolean {
    const isFull = course.maxEnrollments !== null && studentCount >= course.maxEnrollments;
    if (isFull || this.enrolledSlugs.has(course.slug)) return false;
    return course.prerequisites.every((slug) => this.completedSlugs.has(slug));
  }

  /** Leaves out some optional lessons and some exercises. */
  private chooseTasks(lesson: OpenLesson): Task[] {
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
    const work = isQuiz ? this.createAnswers(exercise) : this.createWork();
    const submission = await this.services.submissions.handIn(this.id, exercise.id, work);
    if (submission.status === 'pending')
      this.grading.add(submission.id, exercise, this.currentCourse as OpenCourse, now);
    if (submission.status === 'needs_revision' && attempt < exercise.exercise.attemptsAllowed)
      this.tasks.unshift({ exercise, attempt: attempt + 1 });
  }

  private createAnswers({ exercise }: OpenExercise) {
    return { answers: createAnswers(exercise, this.student.habit.skill, this.random) };
  }

  private createWork() {
    const page = `https://works.school.example/${this.student.username}/${this.random.between(100, 999)}`;
    return { work: { text: 'Three tries, the last one is the best. I am not sure about the edges.', links: [page] } };
  }

  private async sendCoins(friend: Learning): Promise<void> {
    const amount = this.random.between(1, 5) * 5;
    if (friend.id === this.id) return;
    // A refused transfer would roll back the transaction that loads the school.
    const balance = await this.getBalance();
    if (balance < amount) return;
    const transfer = { recipientId: friend.id, amount, message: this.random.pick(messages) };
    await this.services.transfers.send(this.id, transfer, null);
  }

  private async getBalance(): Promise<number> {
    const sql = 'SELECT teo_coins AS coins FROM users_user WHERE id = $1';
    const account = await this.services.database.row({ coins: int }, sql, [this.id]);
    return account?.coins ?? 0;
  }
}
