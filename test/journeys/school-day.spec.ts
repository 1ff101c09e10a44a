import type { Browser } from 'playwright-core';
import { createSchoolClient, type Lesson, type NewExercise, type SchoolClient } from 'teoart-client';
import { describeInBrowser, launchBrowser } from '../support/browser';
import { builtClient } from '../support/client-package';
import { emptyDatabaseUrl } from '../support/database-url';
import { serveFrontEnd, Tab, type FrontEnd } from '../support/front-end';
import { npmStart, type StartedSchool } from '../support/npm-start';

jest.setTimeout(120_000);

const demoPassword = 'six-pigments-2-brushes';
const ownPassword = 'boats in the early fog';
const courseTitle = 'Drawing Foundations';

describeInBrowser('a front end on another port, with `npm start` and no settings but a port and a database', () => {
  let school: StartedSchool;
  let frontEnd: FrontEnd;
  let browser: Browser;
  let elena: SchoolClient;
  let lessons: Lesson[];
  let tabs: Tab[] = [];
  beforeAll(async () => {
    builtClient();
    school = await npmStart(await emptyDatabaseUrl());
    frontEnd = await serveFrontEnd(school.url);
    browser = await launchBrowser();
    elena = createSchoolClient({ baseUrl: school.url });
    await elena.signIn({ body: { login: 'elena', password: demoPassword } });
    const { data } = await elena.listCourses({ q: courseTitle });
    const course = await elena.getCourse({ id: data[0]!.id });
    lessons = await Promise.all(course.lessons.slice(0, 2).map(({ id }) => elena.getLesson({ id })));
  });
  afterEach(async () => {
    for (const { page } of tabs) await page.context().close();
    const problems = tabs.flatMap((tab) => tab.problems);
    tabs = [];
    expect(problems).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    frontEnd?.close();
    await school?.stop();
  });

  const addressOf = (host: string): string => `http://${host}:${frontEnd.port}/test/journeys/school-day`;

  /** Signs in on the page, which then shows the first screen of the person. */
  const signIn = async (login: string, password: string, ...texts: string[]): Promise<[Tab, string[]]> => {
    const tab = await Tab.create(browser, addressOf('localhost'), school.url);
    tabs.push(tab);
    await tab.open('sign-in.html');
    await tab.fill('Name', login);
    await tab.fill('Password', password);
    return [tab, await tab.press('Sign in', ...texts)];
  };

  const register = async (username: string): Promise<SchoolClient> => {
    const client = createSchoolClient({ baseUrl: school.url });
    const email = `${username}@school.example`;
    const person = { username, email, password: ownPassword, timezone: timezoneAtNoon() };
    await client.register({ body: { ...person, role: 'student' } });
    return client;
  };

  test('the screens of a student take one request each, and a quiz three from its start to its result', async () => {
    const [firstLesson] = lessons;
    await elena.createExercise({ id: firstLesson!.id, body: timedQuiz });
    await register('nora');

    const [tab, signIns] = await signIn('nora', ownPassword, 'You are not in a course yet.', '0 TeoCoins');
    expect(signIns).toEqual(['POST /auth/login', 'GET /me/home']);
    expect(await tab.follow('Catalogue', `${courseTitle} by Elena, beginner`)).toEqual(['GET /courses']);
    expect(await tab.follow(courseTitle, 'see like a draftsman', 'not enrolled')).toEqual(['GET /courses/{id}']);
    expect(await tab.press('Enrol', '0 % completed')).toEqual([
      'POST /courses/{id}/enrollment',
      // The page is loaded again.
      'GET /courses/{id}',
    ]);
    expect(await tab.follow(firstLesson!.title, 'Draw what you see', 'Ten hands (3 attempts left)')).toEqual([
      'GET /lessons/{id}',
    ]);
    expect(await tab.press('Complete', '20 % of the course. You earned 35 TeoCoins.')).toEqual([
      'PUT /lessons/{id}/completion',
    ]);

    expect(await tab.follow('Softness', '3 attempts left, 10 minutes')).toEqual(['GET /exercises/{id}']);
    expect(await tab.press('Start', 'Which pencil is softer?')).toEqual(['POST /exercises/{id}/attempts']);
    await tab.page.getByLabel('6B').check();
    await tab.page.getByLabel('False').check();
    expect(await tab.press('Hand in', 'approved: 10 of 10. You earned 40 TeoCoins.')).toEqual([
      'POST /attempts/{id}/submission',
    ]);
    expect(await tab.follow('Show the result', 'approved: 10 of 10', 'H is for hard, B for black.')).toEqual([
      'GET /submissions/{id}',
    ]);

    expect(await tab.open('achievements.html', 'First brushstroke: 25 TeoCoins', 'First course: 0 %')).toEqual([
      'GET /me/achievements',
    ]);
    expect(await tab.open('coins.html', '75 TeoCoins, 75 earned so far', '15 Exercise passed: Softness: 75')).toEqual([
      'GET /me/coins',
    ]);
    expect(await tab.open('home.html', '75 TeoCoins', courseTitle, 'First exercise')).toEqual(['GET /me/home']);
    expect(await tab.follow('Settings', 'Stored: light')).toEqual(['GET /me/settings']);
    await tab.page.getByLabel('Theme').selectOption('dark');
    expect(await tab.press('Save', 'Stored: dark')).toEqual(['PATCH /me/settings']);
    expect(await tab.press('Sign out', 'Password')).toEqual(['POST /auth/logout']);
  });

  test('a teacher finds the work in one request and grades it in two, and the student hears of it at once', async () => {
    const rosa = await register('rosa');
    const [first, second] = lessons;
    await rosa.enrollInCourse({ id: first!.courseId });
    const [student] = await signIn('rosa', ownPassword, courseTitle);
    for (const { title, exercises } of [first!, second!]) {
      const shown = await student.open(`exercise.html?id=${exercises[0]!.id}`, exercises[0]!.title);
      await student.press('Start', 'Your work');
      await student.fill('Your work', `My work for ${title}`);
      const handedIn = await student.press('Hand in', 'Your teacher will grade it.');
      expect([...shown, ...handedIn]).toEqual(['GET /exercises/{id}', 'POST /exercises/{id}/submissions']);
    }
    expect(await student.open('notifications.html', 'Connected')).toEqual([
      'GET /me/notifications',
      'GET /me/notifications/stream',
    ]);

    const [teacher, signIns] = await signIn('elena', demoPassword, 'Three objects in proportion by rosa');
    expect(signIns).toEqual(['POST /auth/login', 'GET /me/grading']);
    const gradeRequests = ['GET /submissions/{id}', 'PUT /submissions/{id}/grade'];
    const opened = await teacher.follow('Ten hands by rosa', `My work for ${first!.title}`);
    await teacher.fill('Points', '18');
    await teacher.fill('Feedback', 'Lovely edges.');
    const graded = await teacher.press('Save the grade', 'approved: 18 of 20');
    expect([...opened, ...graded]).toEqual(gradeRequests);

    const gradedMessage = 'Your work for “Ten hands” was approved. You have 18 of 20 points.';
    expect(await student.requestsUntil([gradedMessage])).toEqual([]);
    expect(await student.follow('Exercise graded', 'approved: 18 of 20', 'Lovely edges.')).toEqual([
      'GET /submissions/{id}',
    ]);

    const openedNext = await teacher.follow('Next', `My work for ${second!.title}`);
    await teacher.fill('Points', '40');
    const gradedNext = await teacher.press('Save the grade', 'approved: 40 of 50');
    expect([...openedNext, ...gradedNext]).toEqual(gradeRequests);
  });

  test('an administrator finds a person in one request, and sees the person in another', async () => {
    const [tab] = await signIn('admin', demoPassword, 'Name or address');
    await tab.fill('Name or address', 'aisha');
    expect(await tab.press('Search', 'student')).toEqual(['GET /users']);
    expect(await tab.follow('aisha', 'aisha@demo.school.example', 'Lesson completed')).toEqual([
      'GET /users/{id}/overview',
    ]);
  });

  test('a page whose access token has expired takes one request more', async () => {
    const [tab] = await signIn('aisha', demoPassword, 'TeoCoins');
    await tab.page.evaluate(`{
      const tokens = JSON.parse(localStorage.getItem('teoart-tokens'));
      localStorage.setItem('teoart-tokens', JSON.stringify({ ...tokens, expiresAt: new Date().toISOString() }));
    }`);
    expect(await tab.open('coins.html', 'earned so far')).toEqual(['POST /auth/refresh', 'GET /me/coins']);
  });

  /** Calls a function of the script for pages without the client. */
  const callScript = async (host: string, name: string): Promise<unknown> => {
    const page = await browser.newPage();
    await page.goto(`${addressOf(host)}/sign-in.html`);
    const script = `import('../page-of-another-origin.mjs').then((script) => script.${name}('${school.url}/api/v1'))`;
    const result = await page.evaluate(script);
    await page.close();
    return result;
  };

  test('a page without the client signs in, refreshes its token, reads, edits and hears its notifications', async () => {
    expect(await callScript('localhost', 'useApi')).toEqual({
      username: 'elena',
      readable: ['Date', 'ETag', 'X-Trace-Id', 'RateLimit-Remaining'],
      unchanged: 304,
      created: 201,
      edited: 412,
      transfer: 201,
      type: 'teocoin_transfer',
      signedOut: 204,
    });
  });

  test('an EventSource whose ticket was used does not reconnect for ever', async () => {
    const closed = 2;
    expect(await callScript('127.0.0.1', 'stateWithUsedTicket')).toBe(closed);
  });
});

/** A time zone where it is noon, because students who learn early or late in the day earn more. */
function timezoneAtNoon(): string {
  const offsetHours = 12 - new Date().getUTCHours();
  return `Etc/GMT${offsetHours > 0 ? '-' : '+'}${Math.abs(offsetHours)}`;
}

/** A quiz with a time limit. The demo school has none. */
const timedQuiz: NewExercise = {
  title: 'Softness',
  exerciseType: 'quiz',
  timeLimitMinutes: 10,
  maxScore: 10,
  content: {
    questions: [
      {
        id: 'q1',
        kind: 'single',
        text: 'Which pencil is softer?',
        points: 5,
        options: [
          { id: 'hb', text: 'HB' },
          { id: 'b6', text: '6B' },
        ],
      },
      { id: 'q2', kind: 'true_false', text: 'H pencils are soft.', points: 5 },
    ],
  },
  answerKey: { q1: { answer: 'b6', explanation: 'H is for hard, B for black.' }, q2: { answer: false } },
};
