import { AchievementRules, Achievements } from '../../src/modules/rewards';
import { LearnerProgressed, type Totals } from '../../src/modules/progress';
import { int } from '../../src/platform/database/columns';
import { EventBus } from '../../src/platform/events/event-bus';
import { aPublishedCourse, anEnrolledStudent, type BuiltCourse } from '../support/courses';
import { School, type Client } from '../support/school';
import { balanceOf, expectNoViolations, rowsOf } from './ledger-state';

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
  await expectNoViolations(school);
});
afterAll(() => school.close());

const complete = (student: Client, course: BuiltCourse, lessonIndex = 0) =>
  student.put(`/lessons/${course.lessons[lessonIndex]}/completion`, {});
const achievementsOf = async (client: Client): Promise<string[]> =>
  (await client.get('/me/achievements')).body.earned.map(({ type }: { type: string }) => type).sort();

/** Runs `work` with the real time, because the access token of a new client is valid for ten minutes of real time. */
const withRealTime = <T>(work: () => Promise<T>): Promise<T> => school.clock.at(new Date(), work);
const aStudent = (settings?: { timezone: string }): Promise<Client> => withRealTime(() => school.student(settings));
const anEnrolledLearner = (course: BuiltCourse): Promise<Client> =>
  withRealTime(() => anEnrolledStudent(school, course));

const zeroTotals: Totals = { lessonsCompleted: 0, exercisesCompleted: 0, coursesCompleted: 0, streakDays: 0 };
const aStep = (studentId: number, before: Partial<Totals>, after: Partial<Totals>, localHour: number | null = 12) =>
  new LearnerProgressed({
    studentId,
    before: { ...zeroTotals, ...before },
    after: { ...zeroTotals, ...before, ...after },
    localHour,
    isOpen: true,
  });
const publish = (...steps: LearnerProgressed[]) =>
  school.database.transaction(() => school.part(EventBus).publish(...steps));

describe('achievements earned by a step', () => {
  test.each<[string, Partial<Totals>, Partial<Totals>, number | null, string[]]>([
    ['the first lesson', {}, { lessonsCompleted: 1 }, 12, ['first_lesson']],
    ['the second lesson', { lessonsCompleted: 1 }, { lessonsCompleted: 2 }, 12, []],
    [
      'the first course with its lesson',
      {},
      { lessonsCompleted: 1, coursesCompleted: 1 },
      12,
      ['first_course', 'first_lesson'],
    ],
    ['the tenth course', { coursesCompleted: 9 }, { coursesCompleted: 10 }, 12, ['master_student']],
    ['the eleventh course', { coursesCompleted: 10 }, { coursesCompleted: 11 }, 12, []],
    ['the first exercise', {}, { exercisesCompleted: 1 }, 12, ['first_exercise']],
    ['the sixth day of a streak', { streakDays: 5 }, { streakDays: 6 }, 12, []],
    ['the seventh day of a streak', { streakDays: 6 }, { streakDays: 7 }, 12, ['streak_week']],
    ['the thirtieth day of a streak', { streakDays: 29 }, { streakDays: 30 }, 12, ['streak_month']],
    ['many days of a streak at once', { streakDays: 2 }, { streakDays: 31 }, 12, ['streak_month', 'streak_week']],
    ['a lesson before eight', { lessonsCompleted: 4 }, { lessonsCompleted: 5 }, 7, ['early_bird']],
    ['a lesson at eight', { lessonsCompleted: 4 }, { lessonsCompleted: 5 }, 8, []],
    ['a lesson after nine in the evening', { lessonsCompleted: 4 }, { lessonsCompleted: 5 }, 21, []],
    ['a lesson after ten in the evening', { lessonsCompleted: 4 }, { lessonsCompleted: 5 }, 22, ['night_owl']],
    ['a lesson at midnight', { lessonsCompleted: 4 }, { lessonsCompleted: 5 }, 0, ['early_bird']],
    [
      'a course completed by a change of its content',
      { coursesCompleted: 0 },
      { coursesCompleted: 1 },
      null,
      ['first_course'],
    ],
  ])('%s (totals %j → %j at hour %j) unlocks %j with 25 coins each', async (_, before, after, hour, types) => {
    const ann = await aStudent();
    await publish(aStep(ann.id, before, after, hour));
    expect(await achievementsOf(ann)).toEqual(types);
    expect(await balanceOf(school, ann.id)).toBe(25 * types.length);
  });

  test('a repeated step unlocks an achievement once', async () => {
    const ann = await aStudent();
    for (let repetition = 0; repetition < 3; repetition++) await publish(aStep(ann.id, {}, { lessonsCompleted: 1 }, 6));
    expect(await achievementsOf(ann)).toEqual(['early_bird', 'first_lesson']);
    expect(await balanceOf(school, ann.id)).toBe(50);
  });

  test('twenty concurrent steps unlock an achievement once', async () => {
    const ann = await aStudent();
    await Promise.all(Array.from({ length: 20 }, () => publish(aStep(ann.id, {}, { lessonsCompleted: 1 }))));
    expect(await balanceOf(school, ann.id)).toBe(25);
  });

  test('achievements of 40 learners cost as many statements as those of 2 learners', async () => {
    const statementCount = async (people: number): Promise<number> => {
      const steps: LearnerProgressed[] = [];
      for (let index = 0; index < people; index++)
        steps.push(aStep((await aStudent()).id, {}, { coursesCompleted: 1 }));
      const { statements } = await school.statements(() => publish(...steps));
      return statements.length;
    };
    expect(await statementCount(40)).toBe(await statementCount(2));
  });

  test('an unlocked achievement pays coins with its title as description and sends one notification', async () => {
    const ann = await aStudent();
    await school.settle();
    await publish(aStep(ann.id, {}, { lessonsCompleted: 1 }));
    expect(await rowsOf(school, ann.id)).toMatchObject([
      { type: 'earned_achievement', amount: 25, description: 'Achievement: First brushstroke' },
    ]);
    await school.settle();
    const { data } = (await ann.get('/me/notifications?type=achievement_unlocked')).body;
    expect(data).toHaveLength(1);
  });

  test('an imported achievement in progress keeps its progress and is completed by the step that earns it', async () => {
    const ann = await aStudent();
    await school.database.transaction(() =>
      school.database.run(
        `INSERT INTO rewards_achievement (user_id, achievement_type, earned_at, progress, metadata)
         VALUES ($1, 'master_student', $2, 90, $3)`,
        [ann.id, school.clock.now(), {}],
      ),
    );
    const storedAchievement = async () =>
      (await ann.get('/me/achievements')).body.open.find(({ type }: { type: string }) => type === 'master_student');
    expect(await storedAchievement()).toMatchObject({ progress: 90 });
    await publish(aStep(ann.id, { coursesCompleted: 9 }, { coursesCompleted: 10 }));
    expect(await achievementsOf(ann)).toEqual(['master_student']);
  });
});

describe('achievements from completed lessons', () => {
  test('completing a lesson costs 10 statements, with a first achievement 3 more, and the last lesson at most 14', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 3 });
    const ann = await anEnrolledLearner(course);
    const statementCount = async (lessonIndex: number) => {
      await ann.get('/me/coins');
      const { statements } = await school.statements(() => complete(ann, course, lessonIndex));
      return statements.length;
    };
    const firstCount = await statementCount(0);
    school.clock.stopAt(new Date('2026-03-03T12:00:00Z'));
    const ordinaryCount = await statementCount(1);
    const lastCount = await statementCount(2);
    // The statements: begin · lesson · completion · percentage · day · (balance · row) · totals · outbox · commit
    expect(ordinaryCount).toBe(10);
    expect(firstCount).toBe(ordinaryCount + 3);
    // One statement less because the day is not new, 2 more for the reward of the course, 3 more for the first course's achievement.
    expect(lastCount).toBe(ordinaryCount - 1 + 2 + 3);
  });

  test('completing a lesson after ten in the evening costs 10 statements once night_owl is unlocked', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 4 });
    const ann = await anEnrolledLearner(course);
    school.clock.stopAt(new Date('2026-03-02T23:00:00Z'));
    for (const lessonIndex of [0, 1]) await complete(ann, course, lessonIndex);
    await ann.get('/me/coins');
    const { statements } = await school.statements(() => complete(ann, course, 2));
    expect(statements).toHaveLength(10);
    expect(await achievementsOf(ann)).toEqual(['first_lesson', 'night_owl']);
  });

  test('completing a lesson at 06:30 in the learner’s time zone unlocks early_bird', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 1 });
    const tokyoLearner = await aStudent({ timezone: 'Asia/Tokyo' });
    await tokyoLearner.post(`/courses/${course.id}/enrollment`);
    school.clock.stopAt(new Date('2026-03-02T21:30:00Z')); // 06:30 in Tokyo
    await complete(tokyoLearner, course);
    expect(await achievementsOf(tokyoLearner)).toEqual(['early_bird', 'first_course', 'first_lesson']);
    expect((await tokyoLearner.get('/me/coins')).body.balance).toBe(10 + 50 + 3 * 25);
  });

  test('completing lessons on seven consecutive days unlocks streak_week', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 8 });
    const ann = await anEnrolledLearner(course);
    for (let day = 0; day < 7; day++) {
      school.clock.stopAt(new Date(Date.UTC(2026, 2, 2 + day, 12)));
      expect(await achievementsOf(ann)).not.toContain('streak_week');
      await complete(ann, course, day);
    }
    expect(await achievementsOf(ann)).toContain('streak_week');
  });

  test('a lesson that is undone and completed again pays nothing more', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
    const ann = await anEnrolledLearner(course);
    await complete(ann, course);
    const balanceBefore = await balanceOf(school, ann.id);
    await ann.delete(`/lessons/${course.lessons[0]}/completion`);
    await complete(ann, course);
    expect(await balanceOf(school, ann.id)).toBe(balanceBefore);
  });
});

describe('GET /me/achievements and /me/progress', () => {
  test('a new learner has no earned and eleven open achievements, three of them granted by administrators', async () => {
    const ann = await aStudent();
    const { earned, open } = (await ann.get('/me/achievements')).body;
    expect(earned).toEqual([]);
    expect(open).toHaveLength(11);
    for (const achievement of open) expect(achievement).toMatchObject({ progress: 0, reward: 25 });
    const grantedOnly = open.filter(({ isAutomatic }: { isAutomatic: boolean }) => !isAutomatic);
    expect(grantedOnly.map(({ type }: { type: string }) => type)).toEqual([
      'art_critic',
      'portfolio_master',
      'community_helper',
    ]);
  });

  test('/me/progress and /me/achievements return totals, earned achievements and progress towards open ones', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
    const ann = await anEnrolledLearner(course);
    await complete(ann, course);
    const progress = (await ann.get('/me/progress')).body;
    expect(progress).toMatchObject({
      coursesEnrolled: 1,
      coursesCompleted: 0,
      lessonsCompleted: 1,
      streakDays: 1,
      totalCoinsEarned: 35,
      achievementsEarned: 1,
      lastActivityAt: '2026-03-02T12:00:00.000Z',
    });
    const { earned, open } = progress.achievements;
    expect(earned).toMatchObject([
      { type: 'first_lesson', title: 'First brushstroke', earnedAt: '2026-03-02T12:00:00.000Z' },
    ]);
    expect(open.find(({ type }: { type: string }) => type === 'streak_week').progress).toBe(14);
    expect((await ann.get('/me/achievements')).body).toEqual(progress.achievements);
  });

  test('/me/progress returns 0 for a streak that has ended', async () => {
    const course = await aPublishedCourse(school, teacher.id, { lessons: 2 });
    const ann = await anEnrolledLearner(course);
    await complete(ann, course);
    school.clock.stopAt(new Date('2026-03-05T12:00:00Z'));
    expect((await ann.get('/me/progress')).body.streakDays).toBe(0);
  });

  test('/me/achievements returns a title made from the stored name for a type without a rule', async () => {
    const ann = await aStudent();
    await school.part(Achievements).unlock([{ userId: ann.id, achievementType: 'guild_of_2019' }]);
    const { earned } = (await ann.get('/me/achievements')).body;
    expect(earned).toMatchObject([{ type: 'guild_of_2019', title: 'Guild of 2019', description: '' }]);
  });

  test('/me/progress and /me/achievements cost two statements each', async () => {
    const ann = await aStudent();
    await ann.get('/me/coins');
    for (const path of ['/me/progress', '/me/achievements'])
      expect((await school.statements(() => ann.get(path))).statements).toHaveLength(2);
    expect((await school.visitor.get('/me/progress')).status).toBe(401);
  });
});

describe('POST /achievements', () => {
  const grant = (body: object) => admin.post('/achievements', body);

  test('an administrator grants an achievement with its coins once, and a second grant is refused with 409', async () => {
    const ann = await aStudent();
    const response = await grant({ userId: ann.id, achievementType: 'community_helper' });
    expect(response.body).toMatchObject({ userId: ann.id, title: 'Community helper', courseId: null, reward: 25 });
    const secondResponse = await grant({ userId: ann.id, achievementType: 'community_helper' });
    expect([secondResponse.status, secondResponse.body.code]).toEqual([409, 'ALREADY_ACHIEVED']);
    expect(await balanceOf(school, ann.id)).toBe(25);
    const { metadata } = (await school.database.row(
      { metadata: String },
      'SELECT CAST(metadata AS varchar(100)) AS metadata FROM rewards_achievement WHERE id = $1',
      [response.body.id],
    ))!;
    expect(JSON.parse(metadata)).toEqual({ grantedById: admin.id });
  });

  test('an administrator grants an achievement once for each course', async () => {
    const ann = await aStudent();
    const courses = [await aPublishedCourse(school, teacher.id), await aPublishedCourse(school, teacher.id)];
    for (const { id: courseId } of courses)
      expect((await grant({ userId: ann.id, achievementType: 'portfolio_master', courseId })).status).toBe(200);
    const courseId = courses[0]!.id;
    expect((await grant({ userId: ann.id, achievementType: 'portfolio_master', courseId })).status).toBe(409);
    expect((await grant({ userId: ann.id, achievementType: 'portfolio_master' })).status).toBe(200);
    expect(await achievementsOf(ann)).toEqual(Array(3).fill('portfolio_master'));
  });

  test('a grant to an unknown person, or of an unknown type or course, is refused with 422', async () => {
    const ann = await aStudent();
    const refusals = [];
    for (const body of [
      { userId: 999_999, achievementType: 'art_critic' },
      { userId: ann.id, achievementType: 'art_critik' },
      { userId: ann.id, achievementType: 'art_critic', courseId: 999_999 },
    ]) {
      const response = await grant(body);
      refusals.push([response.status, response.body.errors[0].pointer]);
    }
    expect(refusals).toEqual([
      [422, '/body/userId'],
      [422, '/body/achievementType'],
      [422, '/body/courseId'],
    ]);
  });

  test('an achievement that is granted and earned concurrently is paid once', async () => {
    const ann = await aStudent();
    await Promise.all([
      ...Array.from({ length: 5 }, () => grant({ userId: ann.id, achievementType: 'first_lesson' })),
      ...Array.from({ length: 5 }, () => publish(aStep(ann.id, {}, { lessonsCompleted: 1 }))),
    ]);
    expect(await balanceOf(school, ann.id)).toBe(25);
  });
});

describe('the achievement rules of other modules', () => {
  test('a rule of another module can be registered once, and an invalid type is refused', async () => {
    const registry = new AchievementRules();
    const rule = { type: 'mentor', title: 'Mentor', description: 'Help ten others.', reward: 100 };
    registry.register(rule);
    expect([registry.titleOf('mentor'), registry.rewardOf('mentor')]).toEqual(['Mentor', 100]);
    expect(() => registry.register(rule)).toThrow('The achievement type mentor is already registered');
    expect(() => registry.register({ ...rule, type: 'Mentor!' })).toThrow(
      'Invalid achievement type Mentor!: use at most 50 lowercase letters',
    );
  });

  test('a registered rule with reward 0 unlocks its achievement and pays no coins', async () => {
    const ann = await aStudent();
    const type = 'third_lesson';
    school.part(AchievementRules).register({
      type,
      title: 'Third lesson',
      description: '',
      reward: 0,
      progress: ({ lessonsCompleted }) => Math.min(100, Math.floor((100 * lessonsCompleted) / 3)),
      isEarned: (before, after) => before.lessonsCompleted < 3 && after.lessonsCompleted >= 3,
    });
    await publish(aStep(ann.id, { lessonsCompleted: 2 }, { lessonsCompleted: 3 }));
    expect(await achievementsOf(ann)).toEqual([type]);
    const totals = await school.database.row(
      { achievementCount: int },
      'SELECT achievements_earned AS "achievementCount" FROM users_userprogress WHERE user_id = $1',
      [ann.id],
    );
    expect([totals!.achievementCount, await balanceOf(school, ann.id)]).toEqual([1, 0]);
  });
});
