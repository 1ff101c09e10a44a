import type { ImportContext, Fields, Page } from '../../platform/data/data-rules';
import { compact, writeJson } from '../../platform/data/exact-json';
import type { Snapshot } from '../../platform/database/bulk';
import { contentOf, QuizAnswers, readAnswers, type Question } from '../courses';
import type { HandIn } from './grades/hand-in-grading';
import { HandedInWork } from './submissions/submissions.dto';

const textFieldNames = ['text', 'content', 'essay', 'answer', 'body', 'comment'];
const maxCharacters = 50_000;
const maxAnswers = 100;

/**
 * Converts a hand-in of the other system. That system lists the answers by position, as in `{"answers": [2, null, 1]}`, and this
 * application stores them by question id. A hand-in in any other format becomes text that a teacher can read, and the original is
 * kept for the export.
 */
export function importHandIn(fields: Fields, context: ImportContext): Fields {
  const imported = toImportedFields(fields.submission_data);
  const { answers: importedAnswers, work: importedWork, ...otherFields } = imported;
  const hasAnswers = importedAnswers !== undefined && importedAnswers !== null;
  const hasWork = importedWork !== undefined && importedWork !== null;
  const answers = hasAnswers ? convertAnswers(importedAnswers) : undefined;
  const work = hasWork ? HandedInWork.safeParse(importedWork).data : undefined;
  const isConverted = answers !== null && (!hasWork || work !== undefined);
  const handIn: HandIn = {};
  if (answers) handIn.answers = answers;
  if (work) handIn.work = work;
  if (isConverted && Object.keys(otherFields).length === 0) return { ...fields, submission_data: handIn };
  context.keepOriginal('submission_data');
  context.note('hand-ins in another format are shown as text and are exported unchanged');
  const unconvertedFields = isConverted ? otherFields : imported;
  return { ...fields, submission_data: { ...handIn, work: work ?? toReadableWork(unconvertedFields) } };
}

/** A value that is not an object becomes an object with the only field `data`. */
function toImportedFields(data: unknown): Fields {
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
  return isObject ? (data as Fields) : { data };
}

/** Returns null if the imported value does not contain valid quiz answers. */
function convertAnswers(imported: unknown): QuizAnswers | null {
  if (!Array.isArray(imported)) return QuizAnswers.safeParse(imported).data ?? null;
  const answers: Record<string, unknown> = {};
  for (const [index, answer] of imported.entries()) if (answer !== null) answers[`q${index + 1}`] = answer;
  const values = Object.values(answers);
  // Numbers are valid answers. This usual case skips the schema, because the check of each submission would be slow.
  if (values.length <= maxAnswers && values.every((value) => typeof value === 'number')) return answers as QuizAnswers;
  return QuizAnswers.safeParse(answers).data ?? null;
}

/** Returns the text if the hand-in has only one text field, otherwise all fields as JSON. */
function toReadableWork(imported: Fields): HandIn['work'] {
  const text = (findOnlyText(imported) ?? writeJson(imported, compact)).trim();
  return text ? { text: Array.from(text).slice(0, maxCharacters).join('') } : undefined;
}

function findOnlyText(imported: Fields): string | undefined {
  const [firstField, ...otherFields] = Object.entries(imported);
  if (!firstField || otherFields.length > 0) return undefined;
  const [name, value] = firstField;
  const isTextField = name === 'data' || textFieldNames.includes(name);
  return isTextField && typeof value === 'string' ? value : undefined;
}

/** Converts the answers back to a list by position. A question without an answer is null. */
export async function exportHandIns(records: Page, snapshot: Snapshot): Promise<void> {
  const rows = await snapshot.rows(
    `SELECT w.id, CAST(x.content AS text) AS content FROM courses_exercisesubmission w
     JOIN courses_exercise x ON x.id = w.exercise_id
     WHERE w.id BETWEEN ${Number(records[0]?.pk)} AND ${Number(records.at(-1)?.pk)}`,
  );
  const contentById = new Map(rows.map(({ id, content }) => [Number(id), content as string]));
  for (const { pk, fields } of records) {
    const data = fields.submission_data as Fields | null;
    if (typeof data?.answers !== 'object' || data.answers === null) continue;
    const content = contentOf(contentById.get(pk as number) ?? '{}');
    const answers = readAnswers(content, data.answers as QuizAnswers);
    const questions = content.questions ?? [];
    fields.submission_data = {
      ...data,
      answers: questions.map((question) => toPosition(question, answers[question.id])),
    };
  }
}

/** The other system names an option by its index. A single option that is no longer asked is null. In a list it is left out. */
function toPosition(question: Question, answer: QuizAnswers[string] | undefined): unknown {
  if (!('options' in question)) return answer ?? null;
  const indexOf = (optionId: unknown): number | null => {
    const index = question.options.findIndex(({ id }) => id === optionId);
    return index === -1 ? null : index;
  };
  return Array.isArray(answer) ? answer.map(indexOf).filter((index) => index !== null) : indexOf(answer);
}
