import { z } from 'zod';
import { pageOf } from '../../../platform/http/pagination';
import { timestamp, longText, reward, title } from '../shared-fields.dto';
import { categories, levels } from '../course.lists';
import { MyCourse, MyCourseCard, MyLesson, notEnrolled, showMyCourse, showMyLesson } from '../learners/own-state.dto';
import type { CourseState } from '../learners/learner-states';
import type { CourseRow, OwnCourseRow, RequiredCourseRow } from './course.rows';
import { LessonSummary } from '../lesson/lesson.dto';
import { namedEnum } from '../../../platform/http/named-enum';
import { rule } from '../../../platform/http/rules';

const fields = {
  title,
  description: longText(20_000),
  category: namedEnum('CourseCategory', categories),
  level: namedEnum('CourseLevel', levels),
  teocoinReward: reward,
  durationHours: z.int().min(0).max(10_000),
  maxEnrollments: z
    .int()
    .min(0)
    .max(1_000_000)
    .nullable()
    .meta({ description: '`null`: no limit. 0: the course accepts no new students' }),
};
const exampleCourse = {
  title: 'Watercolor Basics',
  description: 'Six pigments, two brushes and a sheet of good paper.',
  category: 'watercolor',
  level: 'beginner',
  teocoinReward: 50,
  durationHours: 12,
  maxEnrollments: 20,
} as const;

export const NewCourse = z
  .strictObject({
    ...fields,
    teocoinReward: fields.teocoinReward.default(50),
    durationHours: fields.durationHours.default(0),
    maxEnrollments: fields.maxEnrollments.default(null),
  })
  .meta({ id: 'NewCourse', examples: [exampleCourse] });
export type NewCourse = z.output<typeof NewCourse>;

export const CourseChanges = z
  .strictObject(fields)
  .partial()
  .meta({ id: 'CourseChanges', examples: [{ maxEnrollments: 30 }] });
export type CourseChanges = z.output<typeof CourseChanges>;

export const RequiredCourses = z
  .strictObject({
    courseIds: z
      .array(z.int().positive())
      .max(20)
      .refine((ids) => new Set(ids).size === ids.length, rule('unique_items', 'Must not name a course twice'))
      .meta({ uniqueItems: true }),
  })
  .meta({ id: 'RequiredCourses', examples: [{ courseIds: [3, 5] }] });
export type RequiredCourses = z.output<typeof RequiredCourses>;

const exampleTeacher = { id: 12, username: 'elena', name: 'Elena Marchetti' };
const CourseTeacher = z
  .strictObject({
    id: z.int(),
    username: z.string(),
    name: z.string().meta({ description: 'First and last name, or the username if the teacher has given neither' }),
  })
  .meta({ id: 'CourseTeacher', examples: [exampleTeacher] });

const exampleSummary = {
  id: 7,
  ...exampleCourse,
  thumbnail: '',
  teacher: exampleTeacher,
  enrolledCount: 14,
  seatsLeft: 6,
  lessonCount: 9,
  publishedAt: '2026-03-02T09:00:00.000Z',
};
export const CourseSummary = z
  .strictObject({
    id: z.int(),
    ...fields,
    thumbnail: z.string().meta({ description: 'Empty if there is none' }),
    teacher: CourseTeacher,
    enrolledCount: z.int(),
    seatsLeft: z.int().min(0).nullable().meta({ description: '`null`: no limit' }),
    lessonCount: z.int().meta({ description: 'The number of published lessons' }),
    publishedAt: timestamp.nullable().meta({ description: 'The time of the first publication' }),
  })
  .meta({ id: 'CourseSummary', examples: [exampleSummary] });
export type CourseSummary = z.output<typeof CourseSummary>;

/** A course of the catalogue. */
export const CourseCard = z
  .strictObject({
    ...CourseSummary.shape,
    mine: MyCourseCard.nullable().meta({ description: 'Your own state in the course; null for visitors' }),
  })
  .meta({ id: 'CourseCard', examples: [{ ...exampleSummary, mine: notEnrolled }] });
export type CourseCard = z.output<typeof CourseCard>;
export const CourseCardPage = pageOf(CourseCard, 'CourseCardPage');

const exampleOwnCourse = {
  ...exampleSummary,
  isPublished: true,
  archivedAt: null,
  version: 3,
  createdAt: '2026-02-20T15:12:44.000Z',
  updatedAt: '2026-03-02T09:00:00.000Z',
};
export const OwnCourse = z
  .strictObject({
    ...CourseSummary.shape,
    isPublished: z.boolean(),
    archivedAt: timestamp.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
    version: z.int(),
  })
  .meta({ id: 'OwnCourse', examples: [exampleOwnCourse] });
export type OwnCourse = z.output<typeof OwnCourse>;
export const OwnCoursePage = pageOf(OwnCourse, 'OwnCoursePage');

const exampleRequiredCourse = { id: 3, title: 'Drawing Foundations', isArchived: false };
const RequiredCourse = z
  .strictObject({
    id: z.int(),
    title: z.string(),
    isArchived: z.boolean().meta({ description: 'An archived course does not have to be completed' }),
  })
  .meta({ id: 'RequiredCourse', examples: [exampleRequiredCourse] });

const CourseLesson = z
  .strictObject({ ...LessonSummary.shape, mine: MyLesson.nullable().meta({ description: 'null for visitors' }) })
  .meta({ id: 'CourseLesson' });
type CourseLesson = z.output<typeof CourseLesson>;

/** A course with its lessons. Its teacher and administrators also see the drafts. */
export const Course = z
  .strictObject({
    ...OwnCourse.shape,
    prerequisites: z.array(RequiredCourse),
    lessons: z.array(CourseLesson).meta({ description: 'In teaching order. Students see the published lessons only' }),
    mine: MyCourse.nullable().meta({ description: 'Your own state in the course; null for visitors' }),
  })
  .meta({
    id: 'Course',
    examples: [{ ...exampleOwnCourse, prerequisites: [exampleRequiredCourse], lessons: [], mine: null }],
  });
export type Course = z.output<typeof Course>;

export function showCourseSummary(row: CourseRow): CourseSummary {
  const { maxEnrollments, enrolledCount } = row;
  const fullName = `${row.teacherFirstName} ${row.teacherLastName}`.trim();
  return {
    id: row.id,
    title: row.title,
    description: row.description,
    category: row.category,
    level: row.level,
    teocoinReward: row.teocoinReward,
    durationHours: row.durationHours,
    maxEnrollments,
    thumbnail: row.thumbnail,
    teacher: { id: row.teacherId, username: row.teacherUsername, name: fullName || row.teacherUsername },
    enrolledCount,
    // A teacher may have lowered the limit below the number of enrolled students.
    seatsLeft: maxEnrollments === null ? null : Math.max(0, maxEnrollments - enrolledCount),
    lessonCount: row.lessonCount,
    publishedAt: row.publishedAt?.toISOString() ?? null,
  };
}

export function showOwnCourse(row: OwnCourseRow): OwnCourse {
  return {
    ...showCourseSummary(row),
    isPublished: row.isPublished,
    archivedAt: row.archivedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    version: row.version,
  };
}

/** What a course shows to everybody. The authors also see the lessons that are not published. */
export interface SharedCourse {
  course: OwnCourse;
  /** Whether everybody may read the course (open-course.ts). */
  isOpen: boolean;
  prerequisites: z.output<typeof RequiredCourse>[];
  lessons: LessonSummary[];
}

export const showRequiredCourse = ({ id, title, archivedAt }: RequiredCourseRow): z.output<typeof RequiredCourse> => ({
  id,
  title,
  isArchived: archivedAt !== null,
});

/** `canReadDrafts` is true for the authors, who never find a lesson locked. `state` is that of the caller. */
export function showCourse(shared: SharedCourse, canReadDrafts: boolean, state: CourseState | null): Course {
  const { course, prerequisites } = shared;
  const lessons = canReadDrafts ? shared.lessons : shared.lessons.filter(({ isPublished }) => isPublished);
  const lockReason = state && lockReasonOf(state, canReadDrafts);
  const ownLesson = (id: number) => state && showMyLesson(state.completedLessons.get(id), lockReason);
  return {
    ...course,
    prerequisites,
    lessons: lessons.map((lesson) => ({ ...lesson, mine: ownLesson(lesson.id) })),
    mine: state && showMyCourse(state, { lessons, prerequisites }),
  };
}

function lockReasonOf(state: CourseState, canReadDrafts: boolean): MyLesson['lockReason'] {
  if (canReadDrafts || state.status === 'enrolled') return null;
  return state.missingPrerequisiteIds.length > 0 ? 'prerequisites_missing' : 'not_enrolled';
}
