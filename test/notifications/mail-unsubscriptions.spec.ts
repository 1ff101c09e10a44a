import { UnsubscribeLinks } from '../../src/platform/mail/unsubscribe-links';
import { School, type Client } from '../support/school';

let school: School;
let anna: Client;
beforeAll(async () => (school = await School.open()));
afterAll(() => school.close());
beforeEach(async () => (anna = await school.student()));

const pathOf = (topic: string, personId = anna.id): string =>
  school.part(UnsubscribeLinks).urlOf({ personId, topic }).replace('http://localhost:3000/api/v1', '');
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const oneClick = 'List-Unsubscribe=One-Click';

async function choiceOf(type: string): Promise<{ email: boolean; push: boolean }> {
  const { body } = await anna.get('/me/notification-preferences');
  return body.types.find((each: { type: string }) => each.type === type);
}

test('one click unsubscribes from a type without signing in, and the preferences show it', async () => {
  expect(await choiceOf('course_message')).toMatchObject({ email: true, push: true });
  const page = await school.visitor.post(pathOf('course_message'), oneClick, form);
  expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
  expect(page.body).toContain('You get no more mails of this kind: Message from your course.');
  expect(await choiceOf('course_message')).toMatchObject({ email: false, push: true });
  expect((await school.visitor.post(pathOf('course_message'), oneClick, form)).status).toBe(200);
  await anna.patch('/me/notification-preferences', { types: { course_message: { email: true } } });
  expect(await choiceOf('course_message')).toMatchObject({ email: true });
});

test('a mail program may also send the form in parts', async () => {
  const multipart = { 'content-type': 'multipart/form-data; boundary=x' };
  const body = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n';
  expect((await school.visitor.post(pathOf('course_message'), body, multipart)).status).toBe(200);
  expect(await choiceOf('course_message')).toMatchObject({ email: false });
});

test('the link of a digest turns the switch off', async () => {
  await school.visitor.post(pathOf('all'), oneClick, form);
  expect((await anna.get('/me/settings')).body).toMatchObject({ emailNotifications: false, pushNotifications: true });
  expect((await anna.get('/me/notification-preferences')).body).toMatchObject({ emailNotifications: false });
});

test('opening the link changes nothing and shows a form in the language of the person, which does', async () => {
  await anna.patch('/me/settings', { language: 'it' });
  const page = await school.visitor.get(pathOf('course_message'));
  expect(page.headers['content-security-policy']).toContain("form-action 'self'");
  expect(page.body).toContain('Non vuoi più ricevere e-mail di questo tipo: Messaggio dal tuo corso?');
  expect(page.body).toContain('<form method="post">');
  expect(page.body).not.toContain('@');
  expect(await choiceOf('course_message')).toMatchObject({ email: true });
});

test('a forged link and the link of a closed account are not found, and no other route accepts a form', async () => {
  const forged = pathOf('course_message').replace(`/${anna.id}.`, `/${anna.id + 1}.`);
  for (const path of [forged, '/mail-unsubscriptions/x', pathOf('course_message', 999_999)])
    expect((await school.visitor.post(path, oneClick, form)).body.code).toBe('MAIL_UNSUBSCRIPTION_NOT_FOUND');
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
    expect((await school.visitor.post('/auth/login', oneClick, { 'content-type': type })).status).toBe(415);
});
