import { z } from 'zod';
import { readReference } from '../../../platform/files/file-addresses';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { rule } from '../../../platform/http/rules';
import { flag } from '../../../platform/http/parameters';
import { httpsUrl, materialUrl, timestamp, longText, reward, title } from '../shared-fields.dto';
import { lessonTypes } from '../course.lists';
import { Exercise } from '../exercise/exercise.dto';
import { LessonLink, MyLesson, showMyLesson } from '../learners/own-state.dto';
import type { LessonState } from '../learners/learner-states';
import type { LessonNeighbours, LessonRow, LessonSummaryRow } from './lesson.rows';
import { namedEnum } from '../../../platform/http/named-enum';

/** What a response shows for a file. It expires, so it is accepted only beside the id, from clients that send a lesson back as they got it. */
const fileAddress = z
  .string()
  .max(2_000)
  .regex(/^https?:\/\/[^\s?#]+\/files\/\d+\/content\?\S*$/);

const Material = z
  .strictObject({
    title,
    url: z
      .union([materialUrl, fileAddress])
      .optional()
      .meta({ description: "An https address, or a path on the school's own site. Ignored if there is a `fileId`" }),
    fileId: z.int().positive().nullish().meta({
      description: 'Instead of a link: a file of yours from `POST /files?purpose=material`, or a file of this lesson',
    }),
  })
  .refine(
    ({ url, fileId }) => typeof fileId === 'number' || (url !== undefined && !fileAddress.safeParse(url).success),
    rule('material_address', 'Send the url of a link, or the fileId of a file'),
  )
  .meta({ id: 'Material', examples: [{ title: 'Course shopping list', url: 'https://example.org/shopping-list' }] });
export type Material = z.output<typeof Material>;

const ShownMaterial = z
  .strictObject({
    title: z.string(),
    url: z.string().meta({ description: 'For a stored file an address that works for one to two hours' }),
    fileId: z.int().nullable().meta({ description: 'Null if the material is a link' }),
  })
  .meta({ id: 'ShownMaterial', examples: [{ title: 'Shopping list', url: 'https://example.org/list', fileId: null }] });

const position = z.int().min(1).max(100_000);
const fields = {
  title,
  content: longText(200_000).meta({ description: 'Markdown' }),
  lessonType: namedEnum('LessonType', lessonTypes),
  durationMinutes: z.int().min(0).max(10_000),
  videoUrl: z.union([z.literal(''), httpsUrl(200)]).meta({ description: 'Empty if there is none' }),
  materials: z.array(Material).max(50),
  isMandatory: z.boolean(),
  teocoinReward: reward,
};
const exampleLesson = {
  title: 'Paper, Brushes and Pigments',
  lessonType: 'theory',
  durationMinutes: 45,
  content: '## Paper first',
  videoUrl: '',
  materials: [],
  isMandatory: true,
  teocoinReward: 10,
} as const;

export const NewLesson = z
  .strictObject({
    ...fields,
    content: fields.content.default(''),
    durationMinutes: fields.durationMinutes.default(0),
    videoUrl: fields.videoUrl.default(''),
    materials: fields.materials.default([]),
    isMandatory: fields.isMandatory.default(true),
    teocoinReward: fields.teocoinReward.default(10),
    isPublished: z.boolean().default(true),
    order: position.optional().meta({
      description:
        'The position in the teaching order. Later lessons move up by one. If left out, the lesson becomes the last one',
    }),
  })
  .meta({ id: 'NewLesson', examples: [exampleLesson] });
export type NewLesson = z.output<typeof NewLesson>;

export const LessonChanges = z
  .strictObject({ ...fields, order: position })
  .partial()
  .meta({ id: 'LessonChanges', examples: [{ isMandatory: false }] });
export type LessonChanges = z.output<typeof LessonChanges>;

export const NewLessonOrder = z
  .strictObject({ lessonIds: z.array(z.int().positive()).max(1_000) })
  .meta({ id: 'NewLessonOrder', examples: [{ lessonIds: [21, 19, 20] }] });
export type NewLessonOrder = z.output<typeof NewLessonOrder>;

export const LessonQuery = pageQuery({
  isArchived: flag.default(false).meta({
    description: 'If `true`, only archived lessons are listed. For the teacher of the course and administrators',
    documentedAs: { type: 'boolean', default: false },
  }),
});
export type LessonQuery = z.output<typeof LessonQuery>;

const exampleSummary = {
  id: 19,
  title: exampleLesson.title,
  order: 1,
  lessonType: exampleLesson.lessonType,
  durationMinutes: 45,
  isMandatory: true,
  teocoinReward: 10,
  isPublished: true,
} as const;
export const LessonSummary = z
  .strictObject({
    id: z.int(),
    title: z.string(),
    order: z.int().min(1),
    lessonType: namedEnum('LessonType', lessonTypes),
    durationMinutes: z.int(),
    isMandatory: z.boolean(),
    teocoinReward: z.int(),
    isPublished: z.boolean(),
  })
  .meta({ id: 'LessonSummary', examples: [exampleSummary] });
export type LessonSummary = z.output<typeof LessonSummary>;
export const LessonSummaryPage = pageOf(LessonSummary, 'LessonSummaryPage');

/** The lessons are in teaching order. */
export const LessonOrder = z
  .strictObject({ lessons: z.array(LessonSummary) })
  .meta({ id: 'LessonOrder', examples: [{ lessons: [exampleSummary] }] });
export type LessonOrder = z.output<typeof LessonOrder>;

export const Lesson = z
  .strictObject({
    ...LessonSummary.shape,
    courseId: z.int(),
    content: z.string().meta({ description: 'Markdown' }),
    videoUrl: z.string(),
    materials: z.array(ShownMaterial),
    archivedAt: timestamp.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
    version: z.int(),
    previousLesson: LessonLink.nullable().meta({ description: 'The published lesson before this one' }),
    nextLesson: LessonLink.nullable().meta({ description: 'The published lesson after this one' }),
    exercises: z
      .array(Exercise)
      .meta({ description: 'All exercises of the lesson that are not archived, oldest first' }),
    mine: MyLesson.nullable(),
  })
  .meta({
    id: 'Lesson',
    examples: [
      {
        ...exampleSummary,
        courseId: 7,
        content: exampleLesson.content,
        videoUrl: '',
        materials: [],
        archivedAt: null,
        createdAt: '2026-02-20T15:12:44.000Z',
        updatedAt: '2026-02-20T15:12:44.000Z',
        version: 1,
        previousLesson: null,
        nextLesson: { id: 20, title: 'Wet in wet' },
        exercises: [],
        mine: { completedAt: null, isLocked: false, lockReason: null },
      },
    ],
  });
export type Lesson = z.output<typeof Lesson>;

export function showLessonSummary(row: LessonSummaryRow): LessonSummary {
  return {
    id: row.id,
    title: row.title,
    order: row.order,
    lessonType: row.lessonType,
    durationMinutes: row.durationMinutes,
    isMandatory: row.isMandatory,
    teocoinReward: row.teocoinReward,
    isPublished: row.isPublished,
  };
}

const toLink = (id: number | null, title: string | null): LessonLink | null =>
  id === null ? null : { id, title: title! };

/** Only people who can read the lesson get this response, so it is never locked. */
export function showLesson(
  row: LessonRow & LessonNeighbours,
  exercises: Exercise[],
  state: LessonState | undefined,
): Lesson {
  return {
    ...showLessonSummary(row),
    courseId: row.courseId,
    content: row.content,
    videoUrl: row.videoUrl,
    materials: row.materials.map(({ title, url }) => ({ title, url, fileId: readReference(url)?.id ?? null })),
    archivedAt: row.archivedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    version: row.version,
    previousLesson: toLink(row.previousId, row.previousTitle),
    nextLesson: toLink(row.nextId, row.nextTitle),
    exercises,
    mine: state ? showMyLesson(state.completedAt, null) : null,
  };
}
