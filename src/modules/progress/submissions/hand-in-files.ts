import type { ImportContext, Fields, Page } from '../../../platform/data/data-rules';
import { compact, writeJson } from '../../../platform/data/exact-json';
import type { Snapshot } from '../../../platform/database/bulk';
import { QuizAnswers } from '../../courses';
import type { HandIn } from '../grades/marking';
import { HandedInWork } from './submissions.dto';

const texts = ['text', 'content', 'essay', 'answer', 'body', 'comment'];
const maxCharacters = 50_000;

/**
 * Hand-ins of another system: `{"answers": [2, null, 1]}` by place, ours by question; work as ours. Any other shape is work a
 * teacher can read: the text in it, or all of it as it stands. What the file said is kept beside it.
 */
export function adoptHandIn(fields: Fields, adoption: ImportContext): Fields {
  const data = fields.submission_data;
  const parts = typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Fields) : { data };
  const { answers: given, work: handedIn, ...rest } = parts;
  const answers = given === undefined || given === null ? undefined : answersOf(given);
  const work = handedIn === undefined || handedIn === null ? undefined : HandedInWork.safeParse(handedIn).data;
  const understood = answers !== null && (handedIn === undefined || handedIn === null || work !== undefined);
  const made: HandIn = { ...(answers ? { answers } : {}), ...(work ? { work } : {}) };
  if (understood && Object.keys(rest).length === 0) return { ...fields, submission_data: made };
  adoption.keepOriginal('submission_data');
  adoption.note('hand-ins of another shape are shown as text, and go back as they were');
  return { ...fields, submission_data: { ...made, work: work ?? readable(understood ? rest : parts) } };
}

/** null: these are no answers of a quiz of ours. */
function answersOf(given: unknown): QuizAnswers | null {
  const named = Array.isArray(given) ? given.map((answer, at) => [`q${at + 1}`, answer] as const) : null;
  const answers = named ? Object.fromEntries(named.filter(([, answer]) => answer !== null)) : given;
  const values = Object.values(answers as Fields);
  if (named && values.length <= 100 && values.every((value) => typeof value === 'number'))
    return answers as QuizAnswers;
  return QuizAnswers.safeParse(answers).data ?? null;
}

/** The one text in it, or everything. */
function readable(parts: Fields): HandIn['work'] {
  const [only, ...others] = Object.entries(parts);
  const isText = only && others.length === 0 && (texts.includes(only[0]) || only[0] === 'data');
  const text = (isText && typeof only[1] === 'string' ? only[1] : writeJson(parts, compact)).trim();
  return text ? { text: Array.from(text).slice(0, maxCharacters).join('') } : undefined;
}

/** Back by place: what is not answered is null. */
export async function releaseHandIns(records: Page, snapshot: Snapshot): Promise<void> {
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
