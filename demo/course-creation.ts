import type { Actor } from '../src/platform/auth/actor';
import { splitQuestions } from './quiz-answers';
import { demoCourses, type DemoCourse, type DemoExercise, type DemoLesson } from './courses';
import type { Services } from './services';

export interface OpenExercise {
  id: number;
  lesson: OpenLesson;
  exercise: DemoExercise;
}

export interface OpenLesson {
  id: number;
  lesson: DemoLesson;
  exercises: OpenExercise[];
}

/** A published demo course with the ids of its lessons and exercises. */
export interface OpenCourse {
  id: number;
  course: DemoCourse;
  teacher: Actor;
  lessons: OpenLesson[];
  studentCount: number;
}

const hourMs = 3_600_000;

/** Creates and publishes all demo courses, one every nine hours from `firstAt` on. @returns the courses by slug */
export async function publishCourses(
  services: Services,
  teachers: ReadonlyMap<string, Actor>,
  firstAt: Date,
): Promise<Map<string, OpenCourse>> {
  const published = new Map<string, OpenCourse>();
  for (const [index, course] of demoCourses.entries()) {
    const teacher = teachers.get(course.teacher) as Actor;
    const createdAt = new Date(firstAt.getTime() + index * 9 * hourMs);
    const created = await services.clock.at(createdAt, () => publishCourse(services, teacher, course, published));
    published.set(course.slug, created);
  }
  return published;
}

async function publishCourse(
  services: Services,
  teacher: Actor,
  course: DemoCourse,
  existing: ReadonlyMap<string, OpenCourse>,
): Promise<OpenCourse> {
  const { title, description, category, level, teocoinReward, durationHours, maxEnrollments } = course;
  const fields = { title, description, category, level, teocoinReward, durationHours, maxEnrollments };
  const id = await services.courses.create(teacher, fields as Parameters<Services['courses']['create']>[1]);
  const lessons: OpenLesson[] = [];
  for (const lesson of course.lessons) lessons.push(await createLesson(services, teacher, id, lesson));
  const requiredIds = course.prerequisites.map((slug) => (existing.get(slug) as OpenCourse).id);
  await services.prerequisites.replace(teacher, id, requiredIds, null);
  await services.publication.publish(teacher, id, null);
  return { id, course, teacher, lessons, studentCount: 0 };
}

async function createLesson(
  services: Services,
  teacher: Actor,
  courseId: number,
  lesson: DemoLesson,
): Promise<OpenLesson> {
  const { exercises, ...lessonFields } = lesson;
  const id = await services.lessons.create(teacher, courseId, {
    ...lessonFields,
    videoUrl: '',
    isPublished: true,
    order: undefined,
  });
  const created: OpenLesson = { id, lesson, exercises: [] };
  for (const exercise of exercises) {
    const exerciseId = await createExercise(services, teacher, id, exercise);
    created.exercises.push({ id: exerciseId, lesson: created, exercise });
  }
  return created;
}

function createExercise(services: Services, teacher: Actor, lessonId: number, exercise: DemoExercise): Promise<number> {
  const { title, description, exerciseType, maxScore, attemptsAllowed, teocoinReward } = exercise;
  const fields = { title, description, exerciseType, maxScore, attemptsAllowed, teocoinReward };
  const settings = {
    timeLimitMinutes: null,
    passingPercent: 60,
    gradePolicy: 'highest',
    closesAt: null,
    revealResults: 'after_pass',
    gradeRelease: 'immediate',
  } as const;
  return services.exercises.create(teacher, lessonId, { ...fields, ...settings, ...splitQuestions(exercise) });
}
