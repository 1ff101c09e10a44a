import { announce, h, table } from './dom.js';
import { request, get } from './api.js';
import { ago, count, time } from './formats.js';
import { statusList } from './status-list.js';

const tones = { waiting: 'notice', sent: 'good', shown: 'good', failed: 'critical', suppressed: 'warning' };
const retryable = ['failed', 'suppressed'];
const list = {
  path: '/operations/mails',
  title: 'Mails',
  statuses: Object.keys(tones),
  counted: ['waiting', 'failed', 'suppressed'],
  selection: { status: '' },
  tableOf: (rows, refresh) => mailsTable(rows, refresh),
};

export const mails = (refresh) => statusList(list, refresh);

const mailsTable = (rows, refresh) =>
  table({
    caption: 'Mails, newest first',
    rows,
    none: 'There are no mails.',
    columns: [
      { title: 'Status', tight: true, of: ({ status }) => h('span', { class: `badge tone-${tones[status]}` }, status) },
      { title: 'Mail', wide: true, of: mailDetails },
      { title: 'Written', tight: true, of: (row) => h('span', { title: time(row.createdAt) }, ago(row.createdAt)) },
      { title: 'Attempts', number: true, of: (row) => count(row.attempts) },
      { title: 'Actions', of: (row) => actionOf(row, refresh) },
    ],
  });

const mailDetails = ({ id, template, address, priority, lastError }) => [
  h('code', {}, `${id} ${template}`),
  h('p', { class: 'quiet' }, `to ${address}, ${priority}`),
  lastError && h('p', {}, lastError),
];

function actionOf(row, refresh) {
  if (row.status === 'shown') return contentOf(row);
  return retryable.includes(row.status) ? retryButton(row, refresh) : '';
}

function retryButton({ id }, refresh) {
  const alert = h('p', { role: 'alert' });
  const retry = async () => {
    try {
      await request('POST', `/operations/mails/${id}/retries`);
      announce(`Mail ${id} will be sent again`);
      refresh();
    } catch (error) {
      alert.textContent = error.message;
    }
  };
  return h(
    'div',
    {},
    h('button', { type: 'button', 'aria-label': `Retry mail ${id}`, onclick: retry }, 'Retry'),
    alert,
  );
}

/** Shows the text part of a mail in the development mailbox, with links that can be clicked. It is loaded when it is opened. */
function contentOf({ id }) {
  const holder = h('div', {}, 'Loading …');
  const load = async () => {
    const { subject, text } = await get(`/operations/mails/${id}/content`);
    holder.replaceChildren(h('p', {}, h('b', {}, subject)), h('div', { class: 'mail-text' }, withLinks(text)));
  };
  const show = () => void load().catch((error) => (holder.textContent = error.message));
  return h('details', { ontoggle: show }, h('summary', { 'aria-label': `Show mail ${id}` }, 'Show'), holder);
}

/** Splits a text at its addresses. They are inserted as links, and everything else as text. */
const withLinks = (text) =>
  text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) =>
      index % 2 === 1 ? h('a', { href: part, target: '_blank', rel: 'noopener noreferrer' }, part) : part,
    );
