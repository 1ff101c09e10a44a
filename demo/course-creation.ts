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
  students: number;
}

const hourMs = 3_600_000;

/** Creates and publishes every demo course, one every nine hours from `begin` on. @returns the courses by slug */
export async function openCourses(
  services: Services,
  teachers: ReadonlyMap<string, Actor>,
  begin: Date,
): Promise<Map<string, OpenCourse>> {
  const open = new Map<string, OpenCourse>();
  for (const [at, course] of demoCourses.entries()) {
    const teacher = teachers.get(course.teacher) as Actor;
    const instant = new Date(begin.getTime() + at * 9 * hourMs);
    open.set(course.slug, await services.clock.at(instant, () => openCourse(services, teacher, course, open)));
  }
  return open;
}

async function openCourse(
  services: Services,
  teacher: Actor,
  course: DemoCourse,
  existing: ReadonlyMap<string, OpenCourse>,
): Promise<OpenCourse> {
  const { title, description, category, level, teocoinReward, durationHours, maxEnrollments } = course;
  const fields = { title, description, category, level, teocoinReward, durationHours, maxEnrollments };
  const id = await services.courses.create(teacher, fields as Parameters<Services['courses']['create']>[1]);
  const lessons: OpenLesson[] = [];
  for (const lesson of course.lessons) lessons.push(await openLesson(services, teacher, id, lesson));
  const required = course.prerequisites.map((slug) => (existing.get(slug) as OpenCourse).id);
  await services.prerequisites.replace(teacher, id, required, null);
  await services.publication.publish(teacher, id, null);
  return { id, course, teacher, lessons, students: 0 };
}

async function openLesson(
  services: Services,
  teacher: Actor,
  courseId: number,
  lesson: DemoLesson,
): Promise<OpenLesson> {
  const { exercises, ...own } = lesson;
  const id = await services.lessons.create(teacher, courseId, {
    ...own,
    videoUrl: '',
    isPublished: true,
    order: undefined,
  });
  const open: OpenLesson = { id, lesson, exercises: [] };
  for (const exercise of exercises)
    open.exercises.push({ id: await openExercise(services, teacher, id, exercise), lesson: open, exercise });
  return open;
}

function openExercise(services: Services, teacher: Actor, lessonId: number, exercise: DemoExercise): Promise<number> {
  const { title, description, exerciseType, maxScore, attemptsAllowed, teocoinReward } = exercise;
  const fields = { title, description, exerciseType, maxScore, attemptsAllowed, teocoinReward };
  const settings = {
    timeLimitMinutes: null,
    passingPercent: 60,
    gradePolicy: 'highest',
    closesAt: null,
    revealResults: 'after_pass',
  } as const;
  return services.exercises.create(teacher, lessonId, { ...fields, ...settings, ...splitQuestions(exercise) });
}
