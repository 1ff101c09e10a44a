import type { Actor } from '../src/platform/auth/actor';
import { splitQuestions } from './answers';
import { demoCourses, type DemoCourse, type DemoExercise, type DemoLesson } from './courses';
import type { Parts } from './parts';

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

/** A course that students can enrol in, with the ids its parts were given. */
export interface OpenCourse {
  id: number;
  course: DemoCourse;
  teacher: Actor;
  lessons: OpenLesson[];
  students: number;
}

const hourMs = 3_600_000;

/** Every demo course, written and published by its teacher, one each few hours from `begin` on; by slug. */
export async function openCourses(
  parts: Parts,
  teachers: ReadonlyMap<string, Actor>,
  begin: Date,
): Promise<Map<string, OpenCourse>> {
  const open = new Map<string, OpenCourse>();
  for (const [at, course] of demoCourses.entries()) {
    const teacher = teachers.get(course.teacher) as Actor;
    const instant = new Date(begin.getTime() + at * 9 * hourMs);
    open.set(course.slug, await parts.clock.at(instant, () => openCourse(parts, teacher, course, open)));
  }
  return open;
}

async function openCourse(
  parts: Parts,
  teacher: Actor,
  course: DemoCourse,
  before: ReadonlyMap<string, OpenCourse>,
): Promise<OpenCourse> {
  const { title, description, category, level, teocoinReward, durationHours, maxEnrollments } = course;
  const about = { title, description, category, level, teocoinReward, durationHours, maxEnrollments };
  const id = await parts.courses.create(teacher, about as Parameters<Parts['courses']['create']>[1]);
  const lessons: OpenLesson[] = [];
  for (const lesson of course.lessons) lessons.push(await openLesson(parts, teacher, id, lesson));
  const required = course.prerequisites.map((slug) => (before.get(slug) as OpenCourse).id);
  await parts.prerequisites.replace(teacher, id, required, null);
  await parts.publication.publish(teacher, id, null);
  return { id, course, teacher, lessons, students: 0 };
}

async function openLesson(parts: Parts, teacher: Actor, courseId: number, lesson: DemoLesson): Promise<OpenLesson> {
  const { exercises, ...own } = lesson;
  const id = await parts.lessons.create(teacher, courseId, {
    ...own,
    videoUrl: '',
    isPublished: true,
    order: undefined,
  });
  const open: OpenLesson = { id, lesson, exercises: [] };
  for (const exercise of exercises)
    open.exercises.push({ id: await openExercise(parts, teacher, id, exercise), lesson: open, exercise });
  return open;
}

function openExercise(parts: Parts, teacher: Actor, lessonId: number, exercise: DemoExercise): Promise<number> {
  const { title, description, exerciseType, maxScore, attemptsAllowed, teocoinReward } = exercise;
  const about = { title, description, exerciseType, maxScore, attemptsAllowed, teocoinReward };
  const rules = {
    timeLimitMinutes: null,
    passingPercent: 60,
    gradePolicy: 'highest',
    closesAt: null,
    revealResults: 'after_pass',
  } as const;
  return parts.exercises.create(teacher, lessonId, { ...about, ...rules, ...splitQuestions(exercise) });
}
