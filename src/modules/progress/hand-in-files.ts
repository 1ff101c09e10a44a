import type { Fields, Page } from '../../platform/data/data-rules';
import type { Snapshot } from '../../platform/database/bulk';

/** Hand-ins of another system: `{"answers": [2, null, 1]}` by place, ours by question. Any other shape stays as it is. */
export function adoptHandIn(fields: Fields): Fields {
  const data = fields.submission_data as Fields | null;
  if (!Array.isArray(data?.answers)) return fields;
  const given = (data.answers as unknown[]).map((answer, at) => [`q${at + 1}`, answer] as const);
  const answers = Object.fromEntries(given.filter(([, answer]) => answer !== null));
  return { ...fields, submission_data: { ...data, answers } };
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
