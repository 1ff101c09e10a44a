import type { ImportContext, Fields, Page } from '../../platform/data/data-rules';
import { compact, writeJson } from '../../platform/data/exact-json';
import type { Snapshot } from '../../platform/database/bulk';
import { QuizAnswers } from '../courses';
import type { HandIn } from './grades/hand-in-grading';
import { HandedInWork } from './submissions/submissions.dto';

const textFieldNames = ['text', 'content', 'essay', 'answer', 'body', 'comment'];
const maxCharacters = 50_000;

/**
 * Converts a hand-in of the other system. Its answers `{"answers": [2, null, 1]}` are listed by position; this application
 * stores them by question id. A hand-in in any other format becomes text that a teacher can read, and the original is kept.
 */
export function importHandIn(fields: Fields, adoption: ImportContext): Fields {
  const data = fields.submission_data;
  const parts = typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Fields) : { data };
  const { answers: importedAnswers, work: importedWork, ...rest } = parts;
  const hasAnswers = importedAnswers !== undefined && importedAnswers !== null;
  const hasWork = importedWork !== undefined && importedWork !== null;
  const answers = hasAnswers ? convertAnswers(importedAnswers) : undefined;
  const work = hasWork ? HandedInWork.safeParse(importedWork).data : undefined;
  const isConverted = answers !== null && (!hasWork || work !== undefined);
  const handIn: HandIn = { ...(answers ? { answers } : {}), ...(work ? { work } : {}) };
  if (isConverted && Object.keys(rest).length === 0) return { ...fields, submission_data: handIn };
  adoption.keepOriginal('submission_data');
  adoption.note('hand-ins in another format are shown as text and are exported unchanged');
  return { ...fields, submission_data: { ...handIn, work: work ?? toReadableWork(isConverted ? rest : parts) } };
}

/** Returns null if these are not valid quiz answers. */
function convertAnswers(imported: unknown): QuizAnswers | null {
  const answersById = Array.isArray(imported)
    ? imported.map((answer, index) => [`q${index + 1}`, answer] as const)
    : null;
  const answers = answersById ? Object.fromEntries(answersById.filter(([, answer]) => answer !== null)) : imported;
  const values = Object.values(answers as Fields);
  if (answersById && values.length <= 100 && values.every((value) => typeof value === 'number'))
    return answers as QuizAnswers;
  return QuizAnswers.safeParse(answers).data ?? null;
}

/** Returns the text if it is the only part, otherwise all parts as JSON. */
function toReadableWork(parts: Fields): HandIn['work'] {
  const [only, ...others] = Object.entries(parts);
  const isOnlyText = only && others.length === 0 && (textFieldNames.includes(only[0]) || only[0] === 'data');
  const text = (isOnlyText && typeof only[1] === 'string' ? only[1] : writeJson(parts, compact)).trim();
  return text ? { text: Array.from(text).slice(0, maxCharacters).join('') } : undefined;
}

/** Converts the answers back to a list by position. A question without an answer is null. */
export async function exportHandIns(records: Page, snapshot: Snapshot): Promise<void> {
  const rows = await snapshot.rows(
    `SELECT w.id, CAST(x.content AS text) AS content FROM courses_exercisesubmission w
     JOIN courses_exercise x ON x.id = w.exercise_id
     WHERE w.id BETWEEN ${Number(records[0]?.pk)} AND ${Number(records.at(-1)?.pk)}`,
  );
  const contents = new Map(rows.map(({ id, content }) => [Number(id), content as string]));
  for (const { pk, fields } of records) {
    const data = fields.submission_data as Fields | null;
    if (typeof data?.answers !== 'object' || data.answers === null) continue;
    const { questions = [] } = JSON.parse(contents.get(pk as number) ?? '{}') as { questions?: { id: string }[] };
    const answers = data.answers as Fields;
    fields.submission_data = { ...data, answers: questions.map(({ id }) => answers[id] ?? null) };
  }
}
