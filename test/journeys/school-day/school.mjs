import { createSchoolClient, storageTokens } from '../../../packages/client/dist/index.js';

/** The tokens are kept from page to page, so the user signs in once. */
export const school = createSchoolClient({
  baseUrl: 'http://localhost:3000',
  tokens: storageTokens(localStorage),
  onSessionEnd: () => location.assign('sign-in.html'),
});

/** The id in the address of the page: 7 in `course.html?id=7`. */
export const pageId = Number(new URLSearchParams(location.search).get('id'));

/** Shows elements and texts in the element with this id. */
export const show = (id, ...content) => document.getElementById(id).replaceChildren(...content);

/** Creates an element. Its texts are never read as HTML, because people have written them. */
export function element(name, properties, ...content) {
  const created = Object.assign(document.createElement(name), properties);
  created.append(...content);
  return created;
}

export const link = (href, text) => element('a', { href }, text);
export const listItems = (values, toContent) => values.map((value) => element('li', {}, ...toContent(value)));
export const optionsOf = (values) => values.map((value) => element('option', { value }, value));

/** `name` is empty if the person has given none. */
export const nameOf = ({ name, username }) => name || username;

/** Calls the function with the fields of the form, instead of sending the form. */
export function onSubmit(form, act) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void act(new FormData(form));
  });
}

/** What a learner earned with a request, as a sentence. */
export function describeEarnings({ coins, achievements, streakDays }) {
  const titles = achievements.map(({ title }) => title).join(', ');
  return `You earned ${coins} TeoCoins. Days in a row: ${streakDays}. ${titles && `New achievements: ${titles}.`}`;
}

// A page that could not be loaded must say so.
window.addEventListener('unhandledrejection', ({ reason }) => {
  document.body.append(element('p', { role: 'alert' }, reason.problem?.title ?? String(reason)));
});
