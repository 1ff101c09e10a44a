import { Injectable } from '@nestjs/common';
import { instant, int, text } from '../../platform/database/columns';
import { DataRegistry } from '../../platform/data/data-registry';
import type { ImportContext, DataRules, Fields, ForeignModel, Loading, Page } from '../../platform/data/data-rules';
import type { Snapshot } from '../../platform/database/bulk';
import { withoutReferences } from '../../platform/files/file-addresses';
import { categories, exerciseTypes, lessonTypes, levels } from './course.lists';
import { chooseDirections, findCycle, type ComparableCourse } from './prerequisites/prerequisite-directions';
import { addressesOfImported, adoptMaterials, adoptVideo } from './materials/imported-materials';
import type { Edge } from './prerequisites/prerequisite-graph';
import { joinQuiz, splitQuiz } from './exercise/imported-quiz';

const prerequisitesTable = 'courses_course_prerequisites';

const courseModel: ForeignModel = {
  label: 'courses.course',
  table: 'courses_course',
  fields: [
    'title',
    'description',
    'category',
    'level',
    'teocoin_reward',
    'teacher',
    'thumbnail',
    'is_published',
    'max_enrollments',
    'duration_hours',
    'created_at',
    'updated_at',
  ],
  manyToMany: [
    {
      field: 'prerequisites',
      table: prerequisitesTable,
      from: 'from_course_id',
      to: 'to_course_id',
      symmetrical: true,
    },
  ],
  choices: { category: { known: categories }, level: { known: levels } },
  identity: ['teacher_id', 'title', 'created_at'],
  importedColumns: ['published_at'],
  importFields: (fields) => ({ ...fields, published_at: fields.is_published === true ? fields.created_at : null }),
  media: [{ field: 'thumbnail', purpose: 'course-thumbnail', ownerSql: 't.teacher_id', shownAs: '960' }],
  exportFields: withoutReferences('thumbnail'),
};

const lessonModel: ForeignModel = {
  label: 'courses.lesson',
  table: 'courses_lesson',
  fields: [
    'course',
    'title',
    'content',
    'order',
    'lesson_type',
    'duration_minutes',
    'video_url',
    'materials',
    'is_mandatory',
    'teocoin_reward',
    'created_at',
    'updated_at',
  ],
  choices: { lesson_type: { known: lessonTypes } },
  identity: ['course_id', 'title', 'created_at'],
  defaults: { materials: [] },
  importFields: (fields, adoption) => adoptVideo(adoptMaterials(fields, adoption), adoption),
  media: [
    {
      field: 'materials',
      purpose: 'material',
      ownerSql: '(SELECT c.teacher_id FROM courses_course c WHERE c.id = t.course_id)',
      shownAs: 'original',
      addressesOf: addressesOfImported,
    },
  ],
  exportFields: withoutReferences('video_url', 'materials'),
};

const exerciseModel: ForeignModel = {
  label: 'courses.exercise',
  table: 'courses_exercise',
  fields: [
    'lesson',
    'title',
    'description',
    'exercise_type',
    'content',
    'max_score',
    'time_limit_minutes',
    'attempts_allowed',
    'teocoin_reward',
    'created_at',
    'updated_at',
  ],
  choices: { exercise_type: { known: exerciseTypes } },
  identity: ['lesson_id', 'title', 'created_at'],
  importedColumns: ['answer_key'],
  importFields: splitExercise,
  exportFields: joinExercises,
};

/** Separates the right answers from what students see before the row is stored, so that content never holds an answer. */
function splitExercise(fields: Fields, { ignoreUnknown }: ImportContext): Fields | string {
  const quizOrProblem = splitQuiz(fields.content, fields.description, ignoreUnknown);
  if (typeof quizOrProblem === 'string') return quizOrProblem;
  return { ...fields, content: quizOrProblem.content, answer_key: quizOrProblem.answerKey };
}

/** Writes the right answers back into the content of each exercise because the other system stores them there. */
async function joinExercises(records: Page, snapshot: Snapshot): Promise<void> {
  const firstId = Number(records[0]?.pk);
  const lastId = Number(records.at(-1)?.pk);
  const rows = await snapshot.rows(
    `SELECT id, CAST(answer_key AS text) AS key FROM courses_exercise
     WHERE id BETWEEN ${firstId} AND ${lastId}`,
  );
  const keysById = new Map(rows.map(({ id, key }) => [Number(id), JSON.parse(key as string) as Fields]));
  for (const { pk, fields } of records) {
    const answerKey = keysById.get(pk as number) ?? {};
    fields.content = joinQuiz(fields.content as Fields, answerKey);
  }
}

/** Loads and dumps courses: splits quizzes into content and answer key, and keeps one direction of each prerequisite. */
@Injectable()
export class CoursesData implements DataRules {
  readonly models = [courseModel, lessonModel, exerciseModel];

  constructor(registry: DataRegistry) {
    registry.register(this);
  }

  async check(load: Loading): Promise<void> {
    await load.refuseWhere('courses.lesson', 's."order" < 1', 'must be 1 or more', 'order');
    await load.refuseWhere('courses.exercise', 's.max_score < 1', 'must be 1 or more', 'max_score');
    await load.refuseWhere('courses.exercise', 's.attempts_allowed < 1', 'must be 1 or more', 'attempts_allowed');
    await load.refuseWhere('courses.course', 's.max_enrollments < 0', 'must not be negative', 'max_enrollments');
    for (const label of ['courses.course', 'courses.lesson', 'courses.exercise'])
      await load.refuseWhere(label, 's.teocoin_reward < 0', 'must not be negative', 'teocoin_reward');
    if (load.has('courses.course')) await choosePrerequisiteDirections(load);
  }

  async verify(load: Loading): Promise<void> {
    if (load.has('courses.course')) await refusePrerequisiteCycle(load);
  }

  async computeDerived(load: Loading): Promise<void> {
    if (!load.has('courses.course') && !load.has('courses.lesson')) return;
    await load.run(
      `UPDATE courses_course SET lesson_count = (SELECT count(*) FROM courses_lesson l
         WHERE l.course_id = courses_course.id AND l.is_published AND l.archived_at IS NULL)
       WHERE lesson_count <> (SELECT count(*) FROM courses_lesson l
         WHERE l.course_id = courses_course.id AND l.is_published AND l.archived_at IS NULL)`,
    );
  }
}

/** Checks the loaded prerequisites together with those that were in the database before. */
async function refusePrerequisiteCycle(load: Loading): Promise<void> {
  const edges = await load.rows(
    { from: int, to: int },
    `SELECT from_course_id AS "from", to_course_id AS "to" FROM ${prerequisitesTable}`,
  );
  const cycle = findCycle(edges);
  if (!cycle) return;
  const reason = `prerequisites form a cycle: ${cycle.join(' → ')}`;
  load.refuse({ model: 'courses.course', field: 'prerequisites', reason });
}

async function choosePrerequisiteDirections(load: Loading): Promise<void> {
  const courses = await load.rows(
    { id: int, level: text, createdAt: instant },
    'SELECT id, level, created_at AS "createdAt" FROM load_courses_course',
  );
  const coursesById = new Map(courses.map((course): [number, ComparableCourse] => [course.id, course]));
  const loadTable = `load_${prerequisitesTable}`;
  const edges = await load.rows({ from: int, to: int }, `SELECT from_id AS "from", to_id AS "to" FROM ${loadTable}`);
  const { resolvedPairs, removedEdges, cycle } = chooseDirections(edges, coursesById);
  if (cycle) {
    const reason = `prerequisites form a cycle: ${cycle.join(' → ')}`;
    await load.refuseWhere('courses.course', `s.id = ${cycle[0]}`, reason, 'prerequisites');
  }
  const selfEdges = edges.filter((edge) => edge.from === edge.to);
  for (const { from } of selfEdges)
    load.note(`courses.course.prerequisites: dropped ${from} → ${from}: a course cannot require itself`);
  const deleteEdge = ({ from, to }: Edge) =>
    load.run(`DELETE FROM ${loadTable} WHERE from_id = $1 AND to_id = $2`, [from, to]);
  for (const { kept, dropped } of resolvedPairs) {
    await deleteEdge(dropped);
    load.note(`courses.course.prerequisites: kept ${kept.from} → ${kept.to}, dropped ${dropped.from} → ${dropped.to}`);
  }
  for (const edge of removedEdges) {
    await deleteEdge(edge);
    load.note(`courses.course.prerequisites: also dropped ${edge.from} → ${edge.to}, because it would close a cycle`);
  }
}
