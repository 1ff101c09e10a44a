import { aCourse, aLesson, succeeds } from '../../courses/course-builders';
import { describeWithRedis, startRedis } from '../../support/redis';
import { Client, School } from '../../support/school';

/** Each round looks eight times. */
const roundCount = process.env.TEST_LONG ? 250 : 63;

/** What a person sees of the course: its card in the catalogue, and its page. */
async function look(client: Client, courseId: number) {
  const { data } = await succeeds(client.get('/courses?limit=1'));
  const page = await succeeds(client.get(`/courses/${courseId}`));
  return { card: data[0], page };
}

/** Changes the course at one process and looks at once at another, with the process of the change alternating. */
async function lookAfterEachChange(environment: Record<string, string>): Promise<number> {
  const one = await School.open({ environment });
  const other = await School.open({ url: one.url, environment });
  try {
    const elena = await one.teacher({ username: 'elena' });
    const { id, lessonId } = await aCourse(elena);
    const at = (school: School, client: Client): Client => new Client(school, client.token, client.id);
    let lookCount = 0;
    for (let round = 0; round < roundCount; round++) {
      const [changed, read] = round % 2 === 0 ? [one, other] : [other, one];
      const author = at(changed, elena);
      const title = `Title ${round}`;
      await succeeds(author.patch(`/courses/${id}`, { title }));
      for (const reader of [read, changed]) {
        const { card, page } = await look(reader.visitor, id);
        expect([card.title, page.title]).toEqual([title, title]);
      }
      const firstName = `Elena ${round}`;
      await succeeds(author.patch('/me', { firstName }));
      await succeeds(author.patch(`/lessons/${lessonId}`, { title }));
      if (round % 5 === 0) await aLesson(author, id, { title });
      const student = await changed.student({ username: `student-${round}` });
      await succeeds(student.post(`/courses/${id}/enrollment`));
      for (const reader of [at(read, student), changed.visitor]) {
        const { card, page } = await look(reader, id);
        const seen = [card, page].map(({ enrolledCount, teacher }) => [enrolledCount, teacher.name]);
        expect(seen).toEqual([
          [round + 1, firstName],
          [round + 1, firstName],
        ]);
        expect(page.lessons[0].title).toBe(title);
        expect(page.lessons).toHaveLength(Math.floor(round / 5) + 2);
        if (reader.token) expect([card.mine.status, page.mine.status]).toEqual(['enrolled', 'enrolled']);
        lookCount += 4;
      }
    }
    return lookCount;
  } finally {
    await other.close();
    await one.close();
  }
}

test('in 500 looks at two processes nobody sees a catalogue or course page that is older than their own change', async () => {
  expect(await lookAfterEachChange({})).toBe(roundCount * 8);
}, 120_000);

describeWithRedis('with a Redis server', () => {
  test('in 500 looks at two processes nobody sees a catalogue or course page that is older than their own change', async () => {
    const redis = await startRedis();
    expect(await lookAfterEachChange({ CACHE_URL: redis.url })).toBe(roundCount * 8);
    await redis.end();
  }, 120_000);
});
