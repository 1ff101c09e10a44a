import { int } from '../../src/platform/database/columns';
import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import type { Client, School } from '../support/school';

/** A quiz with five questions of 2 points each. Some values occur only in the answer key, so that tests can search for them. */
export const quiz = {
  content: {
    questions: [
      { id: 'q1', kind: 'single', text: 'Which is warm?', points: 2, options: ['Ultramarine', 'Ochre', 'Viridian'] },
      {
        id: 'q2',
        kind: 'multiple',
        text: 'Which are earths?',
        points: 2,
        options: ['Umber', 'Azure', 'Sienna'],
        partial: true,
      },
      { id: 'q3', kind: 'true_false', text: 'Shellac dries fast.', points: 2 },
      { id: 'q4', kind: 'short_answer', text: 'Light against dark is called …', points: 2 },
      { id: 'q5', kind: 'numeric', text: 'How many cakes?', points: 2 },
    ],
  },
  answerKey: {
    q1: { answer: 1 },
    q2: { answer: [0, 2] },
    q3: { answer: true },
    q4: { accepted: ['chiaroscuro', 'zwielichtgeheim'] },
    q5: { answer: 12.34567, tolerance: 0.5 },
  },
};

/** Matches a response that contains a part of an answer key: its field names or its values. */
export const answerKeyPattern = /answer_?key|accepted|tolerance|zwielichtgeheim|12\.34567/i;

export const allRight = { q1: 'o2', q2: ['o1', 'o3'], q3: true, q4: 'Chiaroscuro', q5: 12 };
/** 6 of 10 points, which is exactly the passing percentage. */
export const justEnough = { q1: 'o2', q3: true, q4: 'chiaroscuro' };
/** 5 of 10 points, because q2 is only partly right. */
export const notEnough = { q1: 'o2', q2: ['o1'], q3: true };

interface NewExercise {
  exerciseType?: string;
  content?: object;
  answerKey?: object;
  maxScore?: number;
  timeLimitMinutes?: number | null;
  attemptsAllowed?: number;
  passingPercent?: number;
  gradePolicy?: string;
  reward?: number;
  closesAt?: Date | null;
}

const defaultExercise: Required<NewExercise> = {
  exerciseType: 'quiz',
  content: quiz.content,
  answerKey: quiz.answerKey,
  maxScore: 100,
  timeLimitMinutes: null,
  attemptsAllowed: 3,
  passingPercent: 60,
  gradePolicy: 'highest',
  reward: 15,
  closesAt: null,
};

/** Inserts an exercise directly into the database. Without `fields` it is a quiz; with `assignment` a person must grade it. */
export async function anExercise(
  school: School,
  lessonId: number | undefined,
  fields: NewExercise = {},
): Promise<number> {
  const exercise = { ...defaultExercise, ...fields };
  const now = school.clock.now();
  const row = await school.database.transaction(() =>
    school.database.row(
      { id: int },
      `INSERT INTO courses_exercise (lesson_id, title, description, exercise_type, content, answer_key, max_score,
         time_limit_minutes, attempts_allowed, grade_policy, teocoin_reward, closes_at, created_at, updated_at,
         passing_percent)
       VALUES ($1, 'Know your colours', '', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12) RETURNING id`,
      [
        lessonId,
        exercise.exerciseType,
        exercise.content,
        exercise.answerKey,
        exercise.maxScore,
        exercise.timeLimitMinutes,
        exercise.attemptsAllowed,
        exercise.gradePolicy,
        exercise.reward,
        exercise.closesAt,
        now,
        exercise.passingPercent,
      ],
    ),
  );
  return row!.id;
}

export const work = { prompt: 'Paint a lemon.' };
export const assignment: NewExercise = { exerciseType: 'assignment', content: work, answerKey: {} };
export const aLemon = { work: { text: 'Yellow.', links: ['https://images.example.org/lemon.jpg'] } };

/** Creates a course with one lesson, an exercise in this lesson, and an enrolled student. `exercise` is the id of the exercise. */
export async function aStudentWithExercise(
  school: School,
  teacherId: number,
  fields: NewExercise = {},
): Promise<{ student: Client; exercise: number; course: BuiltCourse }> {
  const course = await aPublishedCourse(school, teacherId, { lessons: 1 });
  const exercise = await anExercise(school, course.lessons[0], fields);
  const student = await anEnrolledStudent(school, course);
  return { student, exercise, course };
}

/** The stored totals of a learner's exercises, with their coins. */
export async function exerciseTotalsOf(school: School, userId: number) {
  const totals = await school.database.row(
    { passed: int, average: Number, streak: int, coins: int, payments: int },
    `SELECT p.total_exercises_completed AS passed, p.average_score AS average, p.streak_days AS streak,
       u.teo_coins AS coins, (SELECT count(*) FROM rewards_teocointransaction t
         WHERE t.user_id = u.id AND t.transaction_type = 'earned_exercise') AS payments
     FROM users_userprogress p JOIN users_user u ON u.id = p.user_id WHERE p.user_id = $1`,
    [userId],
  );
  return totals!;
}
