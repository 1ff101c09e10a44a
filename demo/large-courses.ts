import { categories, levels } from '../src/modules/courses';
import { int, type Value } from '../src/platform/database/columns';
import type { Database } from '../src/platform/database/database';
import { insertRows } from '../src/platform/database/insert-rows';
import * as plan from './large-plan';
import type { LargeCourse } from './large-plan';

const text =
  'Look first, then draw: measure with the pencil, compare the angles, and leave the details for last. '.repeat(8);
const materials = [{ title: 'Shopping list', url: 'https://example.org/shopping-list' }];
const content = {
  questions: [
    {
      id: 'q1',
      kind: 'single',
      text: 'What is PB29?',
      points: 100,
      options: [
        { id: 'o1', text: 'Phthalo' },
        { id: 'o2', text: 'Ultramarine' },
      ],
    },
  ],
};

/** Inserts published courses with their lessons and exercises in a few statements. */
export async function addCourses(
  database: Database,
  teacherIds: readonly number[],
  count: number,
  enrolledCountOf: (courseIndex: number) => number,
  firstAt: Date,
): Promise<LargeCourse[]> {
  const courses = Array.from({ length: count }, (_, index) =>
    toCourseRow(index, teacherIds[index % teacherIds.length]!, enrolledCountOf(index), firstAt),
  );
  await insertRows(database, 'courses_course', courseColumns, courses);
  const courseIds = await listIds(database, 'courses_course');
  const lessonIds = await addLessons(database, courseIds, firstAt);
  const exerciseIds = await addExercises(database, lessonIds, firstAt);
  return courseIds.map((id, index) => ({
    id,
    title: titleOf(index),
    teacherId: teacherIds[index % teacherIds.length]!,
    lessonIds: lessonIds.slice(index * plan.lessonsPerCourse, (index + 1) * plan.lessonsPerCourse),
    exerciseIds: exerciseIds
      .slice(index * plan.lessonsPerCourse * plan.exercisesPerLesson)
      .slice(0, plan.exercisesPerLesson),
  }));
}

function toCourseRow(index: number, teacherId: number, enrolledCount: number, firstAt: Date): Value[] {
  const publishedAt = new Date(firstAt.getTime() + index * 60_000);
  return [
    titleOf(index),
    text,
    categories[index % categories.length]!,
    levels[index % levels.length]!,
    plan.courseReward,
    teacherId,
    true,
    10,
    publishedAt,
    publishedAt,
    publishedAt,
    enrolledCount,
    plan.lessonsPerCourse,
  ];
}

const courseColumns = [
  'title',
  'description',
  'category',
  'level',
  'teocoin_reward',
  'teacher_id',
  'is_published',
  'duration_hours',
  'created_at',
  'updated_at',
  'published_at',
  'enrolled_count',
  'lesson_count',
];

const titleOf = (index: number): string => `Course ${index + 1}`;

/** Returns the ids in the order of insertion because the database was empty and no other process writes to it. */
async function listIds(database: Database, table: string): Promise<number[]> {
  const rows = await database.rows({ id: int }, `SELECT id FROM ${table} ORDER BY id`);
  return rows.map(({ id }) => id);
}

async function addLessons(database: Database, courseIds: readonly number[], createdAt: Date): Promise<number[]> {
  const rows = courseIds.flatMap((courseId) =>
    Array.from({ length: plan.lessonsPerCourse }, (_, index) => {
      return [
        courseId,
        `Lesson ${index + 1}`,
        text,
        index + 1,
        'theory',
        45,
        materials,
        true,
        plan.lessonReward,
        createdAt,
        createdAt,
      ];
    }),
  );
  const columns = [
    'course_id',
    'title',
    'content',
    '"order"',
    'lesson_type',
    'duration_minutes',
    'materials',
    'is_mandatory',
  ];
  await insertRows(database, 'courses_lesson', [...columns, 'teocoin_reward', 'created_at', 'updated_at'], rows);
  return listIds(database, 'courses_lesson');
}

async function addExercises(database: Database, lessonIds: readonly number[], createdAt: Date): Promise<number[]> {
  const rows = lessonIds.flatMap((lessonId) =>
    Array.from({ length: plan.exercisesPerLesson }, (_, index) => {
      return [
        lessonId,
        `Exercise ${index + 1}`,
        'A quiz of one question.',
        'quiz',
        content,
        { q1: { answer: 'o2' } },
        plan.exerciseReward,
        createdAt,
        createdAt,
      ];
    }),
  );
  const columns = ['lesson_id', 'title', 'description', 'exercise_type', 'content', 'answer_key', 'teocoin_reward'];
  await insertRows(database, 'courses_exercise', [...columns, 'created_at', 'updated_at'], rows);
  return listIds(database, 'courses_exercise');
}
