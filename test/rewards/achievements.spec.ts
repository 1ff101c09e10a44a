import { AchievementRules, Achievements } from '../../src/modules/rewards';
import { LearnerProgressed, type Totals } from '../../src/modules/progress';
import { int } from '../../src/platform/database/columns';
import { EventBus } from '../../src/platform/events/event-bus';
import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { balanceOf, expectCleanBooks, rowsOf } from './books';

let school: School;
let teacher: Client;
let admin: Client;
beforeAll(async () => {
  school = await School.open();
  [teacher, admin] = [await school.teacher(), await school.admin()];
}, 60_000);
beforeEach(() => school.clock.stopAt(new Date('2026-03-02T12:00:00Z')));
afterEach(async () => {
  school.clock.stopAt(null);
  await expectCleanBooks(school);
});
afterAll(() => school.close());

const complete = (student: Client, course: BuiltCourse, at = 0) =>
  student.put(`/lessons/${course.lessons[at]}/completion`, {});
const badgesOf = async (client: Client): Promise<string[]> =>
  (await client.get('/me/achievements')).body.earned.map(({ type }: { type: string }) => type).sort();

/** A token is good for ten minutes of real time: people sign in now, whenever the story takes place. */
const today = <T>(work: () => Promise<T>): Promise<T> => school.clock.at(new Date(), work);
const aStudent = (more?: { timezone: string }): Promise<Client> => today(() => school.student(more));
const enrolled = (course: BuiltCourse): Promise<Client> => today(() => anEnrolledStudent(school, course));

const none: Totals = { lessonsCompleted: 0, exercisesCompleted: 0, coursesCompleted: 0, streakDays: 0 };
const step = (studentId: number, before: Partial<Totals>, after: Partial<Totals>, localHour: number | null = 12) =>
  new LearnerProgressed({
    studentId,
    before: { ...none, ...before },
    after: { ...none, ...before, ...after },
    localHour,
    isOpen: true,
  });
const publish = (...steps: LearnerProgressed[]) =>
  school.database.transaction(() => school.part(EventBus).publish(...steps));

describe('a step earns', () => {
  test.each<[string, Partial<Totals>, Partial<Totals>, number | null, string[]]>([
    ['the first lesson', {}, { lessonsCompleted: 1 }, 12, ['first_lesson']],
    ['the second', { lessonsCompleted: 1 }, { lessonsCompleted: 2 }, 12, []],
    [
      'the first course with its lesson',
      {},
      { lessonsCompleted: 1, coursesCompleted: 1 },
      12,
      ['first_course', 'first_lesson'],
    ],
    ['the tenth course', { coursesCompleted: 9 }, { coursesCompleted: 10 }, 12, ['master_student']],
    ['the eleventh', { coursesCompleted: 10 }, { coursesCompleted: 11 }, 12, []],
    ['the first exercise', {}, { exercisesCompleted: 1 }, 12, ['first_exercise']],
    ['the sixth day', { streakDays: 5 }, { streakDays: 6 }, 12, []],
    ['the seventh day', { streakDays: 6 }, { streakDays: 7 }, 12, ['streak_week']],
    ['the thirtieth day', { streakDays: 29 }, { streakDays: 30 }, 12, ['streak_month']],
    ['many days at once, after a journey', { streakDays: 2 }, { streakDays: 31 }, 12, ['streak_month', 'streak_week']],
    ['before eight', { lessonsCompleted: 4 }, { lessonsCompleted: 5 }, 7, ['early_bird']],
    ['at eight', { lessonsCompleted: 4 }, { lessonsCompleted: 5 }, 8, []],
    ['at half past nine in the evening', { lessonsCompleted: 4 }, { lessonsCompleted: 5 }, 21, []],
    ['after ten in the evening', { lessonsCompleted: 4 }, { lessonsCompleted: 5 }, 22, ['night_owl']],
    ['at midnight', { lessonsCompleted: 4 }, { lessonsCompleted: 5 }, 0, ['early_bird']],
    [
      'a course completed by a change of its content',
      { coursesCompleted: 0 },
      { coursesCompleted: 1 },
      null,
      ['first_course'],
    ],
  ])('%s', async (_, before, after, hour, types) => {
    const ann = await aStudent();
    await publish(step(ann.id, before, after, hour));
    expect(await badgesOf(ann)).toEqual(types);
    expect(await balanceOf(school, ann.id)).toBe(25 * types.length);
  });

  test('each badge once, whatever happens again', async () => {
    const ann = await aStudent();
    for (let i = 0; i < 3; i++) await publish(step(ann.id, {}, { lessonsCompleted: 1 }, 6));
    expect(await badgesOf(ann)).toEqual(['early_bird', 'first_lesson']);
    expect(await balanceOf(school, ann.id)).toBe(50);
  });

  test('each badge once, also when twenty come at the same moment', async () => {
    const ann = await aStudent();
    await Promise.all(Array.from({ length: 20 }, () => publish(step(ann.id, {}, { lessonsCompleted: 1 }))));
    expect(await balanceOf(school, ann.id)).toBe(25);
  });

  test('for many learners in the statements of a few', async () => {
    const cost = async (people: number): Promise<number> => {
      const steps: LearnerProgressed[] = [];
      for (let i = 0; i < people; i++) steps.push(step((await aStudent()).id, {}, { coursesCompleted: 1 }));
      return (await school.statements(() => publish(...steps))).statements.length;
    };
    expect(await cost(40)).toBe(await cost(2));
  });

  test('with coins that name it, and news for the person', async () => {
    const ann = await aStudent();
    await school.settle();
    await publish(step(ann.id, {}, { lessonsCompleted: 1 }));
    expect(await rowsOf(school, ann.id)).toMatchObject([
      { type: 'earned_achievement', amount: 25, description: 'Achievement: First brushstroke' },
    ]);
    await school.settle();
    const { data } = (await ann.get('/me/notifications?type=achievement_unlocked')).body;
    expect(data).toHaveLength(1);
  });

  test('what came from elsewhere half done is completed, not begun again', async () => {
    const ann = await aStudent();
    await school.database.transaction(() =>
      school.database.run(
        `INSERT INTO rewards_achievement (user_id, achievement_type, earned_at, progress, metadata)
         VALUES ($1, 'master_student', $2, 90, $3)`,
        [ann.id, school.clock.now(), {}],
      ),
    );
    const progressOf = async () =>
      (await ann.get('/me/achievements')).body.open.find(({ type }: { type: string }) => type === 'master_student');
    expect(await progressOf()).toMatchObject({ progress: 90 });
    await publish(step(ann.id, { coursesCompleted: 9 }, { coursesCompleted: 10 }));
    expect(await badgesOf(ann)).toEqual(['master_student']);
  });
});

describe('completing lessons', () => {
  test('costs what it may', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 3 });
    const ann = await enrolled(course);
    const cost = async (at: number) => {
      await ann.get('/me/coins');
      return (await school.statements(() => complete(ann, course, at))).statements.length;
    };
    const withFirstBadge = await cost(0);
    school.clock.stopAt(new Date('2026-03-03T12:00:00Z'));
    const ordinary = await cost(1);
    const last = await cost(2);
    // begin · lesson · completion · percentage · day · totals · (balance · row · total) · outbox · commit
    expect(ordinary).toBe(11);
    expect(withFirstBadge).toBe(ordinary + 4);
    // No new day, the course's bonus and the badge of the first course.
    expect(last).toBe(ordinary - 1 + 3 + 4);
    expect(last).toBeLessThanOrEqual(18);
  });

  test('after ten in the evening costs one statement more, once it is earned', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 4 });
    const ann = await enrolled(course);
    school.clock.stopAt(new Date('2026-03-02T23:00:00Z'));
    for (const at of [0, 1]) await complete(ann, course, at);
    await ann.get('/me/coins');
    const { statements } = await school.statements(() => complete(ann, course, 2));
    expect(statements).toHaveLength(11);
    expect(await badgesOf(ann)).toEqual(['first_lesson', 'night_owl']);
  });

  test('earns the badges of its totals, by the learner’s own clock', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
    const tokyo = await aStudent({ timezone: 'Asia/Tokyo' });
    await tokyo.post(`/courses/${course.id}/enrollment`);
    school.clock.stopAt(new Date('2026-03-02T21:30:00Z')); // 06:30 in Tokyo
    await complete(tokyo, course);
    expect(await badgesOf(tokyo)).toEqual(['early_bird', 'first_course', 'first_lesson']);
    expect((await tokyo.get('/me/coins')).body.balance).toBe(10 + 50 + 3 * 25);
  });

  test('on seven days in a row earns the week', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 8 });
    const ann = await enrolled(course);
    for (let day = 0; day < 7; day++) {
      school.clock.stopAt(new Date(Date.UTC(2026, 2, 2 + day, 12)));
      expect(await badgesOf(ann)).not.toContain('streak_week');
      await complete(ann, course, day);
    }
    expect(await badgesOf(ann)).toContain('streak_week');
  });

  test('taken back and done again earns nothing more', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
    const ann = await enrolled(course);
    await complete(ann, course);
    const before = await balanceOf(school, ann.id);
    await ann.delete(`/lessons/${course.lessons[0]}/completion`);
    await complete(ann, course);
    expect(await balanceOf(school, ann.id)).toBe(before);
  });
});

describe('GET /me/achievements and /me/progress', () => {
  test('somebody new has everything before them', async () => {
    const ann = await aStudent();
    const { earned, open } = (await ann.get('/me/achievements')).body;
    expect(earned).toEqual([]);
    expect(open).toHaveLength(11);
    expect(
      open.every(({ progress, reward }: { progress: number; reward: number }) => progress === 0 && reward === 25),
    ).toBe(true);
    const byHand = open.filter(({ isAutomatic }: { isAutomatic: boolean }) => !isAutomatic);
    expect(byHand.map(({ type }: { type: string }) => type)).toEqual([
      'art_critic',
      'portfolio_master',
      'community_helper',
    ]);
  });

  test('tells how far one is', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
    const ann = await enrolled(course);
    await complete(ann, course);
    const progress = (await ann.get('/me/progress')).body;
    expect(progress).toMatchObject({
      ...{ coursesEnrolled: 1, coursesCompleted: 0, lessonsCompleted: 1, streakDays: 1 },
      ...{ totalCoinsEarned: 35, achievementsEarned: 1, lastActivityAt: '2026-03-02T12:00:00.000Z' },
    });
    const { earned, open } = progress.achievements;
    expect(earned).toMatchObject([
      { type: 'first_lesson', title: 'First brushstroke', earnedAt: '2026-03-02T12:00:00.000Z' },
    ]);
    expect(open.find(({ type }: { type: string }) => type === 'streak_week').progress).toBe(14);
    expect((await ann.get('/me/achievements')).body).toEqual(progress.achievements);
  });

  test('a streak that is over is told as over at once', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
    const ann = await enrolled(course);
    await complete(ann, course);
    school.clock.stopAt(new Date('2026-03-05T12:00:00Z'));
    expect((await ann.get('/me/progress')).body.streakDays).toBe(0);
  });

  test('show a type that nobody registers, plainly', async () => {
    const ann = await aStudent();
    await school.part(Achievements).unlock([{ userId: ann.id, achievementType: 'guild_of_2019' }]);
    const { earned } = (await ann.get('/me/achievements')).body;
    expect(earned).toMatchObject([{ type: 'guild_of_2019', title: 'Guild of 2019', description: '' }]);
  });

  test('cost two statements', async () => {
    const ann = await aStudent();
    await ann.get('/me/coins');
    for (const path of ['/me/progress', '/me/achievements'])
      expect((await school.statements(() => ann.get(path))).statements).toHaveLength(2);
    expect((await school.visitor.get('/me/progress')).status).toBe(401);
  });
});

describe('an achievement granted by an administrator', () => {
  const grant = (body: object) => admin.post('/achievements', body);

  test('comes with its coins, once', async () => {
    const ann = await aStudent();
    const answer = await grant({ userId: ann.id, achievementType: 'community_helper' });
    expect(answer.body).toMatchObject({ userId: ann.id, title: 'Community helper', courseId: null, reward: 25 });
    const again = await grant({ userId: ann.id, achievementType: 'community_helper' });
    expect([again.status, again.body.code]).toEqual([409, 'ALREADY_ACHIEVED']);
    expect(await balanceOf(school, ann.id)).toBe(25);
    const { metadata } = (await school.database.row(
      { metadata: String },
      'SELECT CAST(metadata AS varchar(100)) AS metadata FROM rewards_achievement WHERE id = $1',
      [answer.body.id],
    ))!;
    expect(JSON.parse(metadata)).toEqual({ grantedById: admin.id });
  });

  test('can be one for each course', async () => {
    const ann = await aStudent();
    const courses = [await aPublishedCourse(school, teacher.id), await aPublishedCourse(school, teacher.id)];
    for (const { id: courseId } of courses)
      expect((await grant({ userId: ann.id, achievementType: 'portfolio_master', courseId })).status).toBe(201);
    const courseId = courses[0]!.id;
    expect((await grant({ userId: ann.id, achievementType: 'portfolio_master', courseId })).status).toBe(409);
    expect((await grant({ userId: ann.id, achievementType: 'portfolio_master' })).status).toBe(201);
    expect(await badgesOf(ann)).toEqual(Array(3).fill('portfolio_master'));
  });

  test('wants a person, a type and a course that are there', async () => {
    const ann = await aStudent();
    const refusals = [];
    for (const body of [
      { userId: 999_999, achievementType: 'art_critic' },
      { userId: ann.id, achievementType: 'art_critik' },
      { userId: ann.id, achievementType: 'art_critic', courseId: 999_999 },
    ]) {
      const answer = await grant(body);
      refusals.push([answer.status, answer.body.errors[0].pointer]);
    }
    expect(refusals).toEqual([
      [422, '/body/userId'],
      [422, '/body/achievementType'],
      [422, '/body/courseId'],
    ]);
  });

  test('while the learner earns the same is one', async () => {
    const ann = await aStudent();
    await Promise.all([
      ...Array.from({ length: 5 }, () => grant({ userId: ann.id, achievementType: 'first_lesson' })),
      ...Array.from({ length: 5 }, () => publish(step(ann.id, {}, { lessonsCompleted: 1 }))),
    ]);
    expect(await balanceOf(school, ann.id)).toBe(25);
  });
});

describe('the registry', () => {
  const rules = (): AchievementRules => new AchievementRules();

  test('takes the rules of other modules, once each', async () => {
    const registry = rules();
    const rule = { type: 'mentor', title: 'Mentor', description: 'Help ten others.', reward: 100 };
    registry.register(rule);
    expect([registry.titleOf('mentor'), registry.rewardOf('mentor')]).toEqual(['Mentor', 100]);
    expect(() => registry.register(rule)).toThrow('The achievement type mentor is already registered');
    expect(() => registry.register({ ...rule, type: 'Mentor!' })).toThrow('Invalid achievement type: Mentor!');
  });

  test('a rule of another module earns like ours, and one without coins pays none', async () => {
    const [ann, type] = [await aStudent(), 'third_lesson'];
    school.part(AchievementRules).register({
      ...{ type, title: 'Third lesson', description: '', reward: 0 },
      progress: ({ lessonsCompleted }) => Math.min(100, Math.floor((100 * lessonsCompleted) / 3)),
      isEarned: (before, after) => before.lessonsCompleted < 3 && after.lessonsCompleted >= 3,
    });
    await publish(step(ann.id, { lessonsCompleted: 2 }, { lessonsCompleted: 3 }));
    expect(await badgesOf(ann)).toEqual([type]);
    const totals = await school.database.row(
      { n: int },
      'SELECT achievements_earned AS n FROM users_userprogress WHERE user_id = $1',
      [ann.id],
    );
    expect([totals!.n, await balanceOf(school, ann.id)]).toEqual([1, 0]);
  });
});
