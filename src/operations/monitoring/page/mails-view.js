import { announce, figures, h, table } from './dom.js';
import { request, get } from './api.js';
import { ago, capitalize, count, time } from './formats.js';

const tones = { waiting: 'notice', sent: 'good', shown: 'good', failed: 'critical', suppressed: 'warning' };
const counted = ['waiting', 'failed', 'suppressed'];
const retryable = ['failed', 'suppressed'];
/** The choices of the filter by status. The empty value means all statuses. */
const statuses = ['', ...Object.keys(tones)];
const selection = { status: '' };

export async function mails(refresh) {
  const totals = await Promise.all(counted.map(totalOf));
  const tableHolder = h('div');
  const moreButton = h('button', { type: 'button' }, 'More');
  const rows = [];
  let cursor = null;
  const loadPage = async () => {
    const cursorQuery = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const statusQuery = selection.status ? `&status=${selection.status}` : '';
    const { data, page } = await get(`/operations/mails?limit=50${statusQuery}${cursorQuery}`);
    rows.push(...data);
    cursor = page.nextCursor;
    moreButton.hidden = !page.hasMore;
    tableHolder.replaceChildren(mailsTable(rows, refresh));
  };
  moreButton.addEventListener('click', () => void loadPage());
  await loadPage();
  return [
    figures(counted.map((status, index) => [capitalize(status), count(totals[index])])),
    h('div', { class: 'row' }, h('h2', {}, 'Mails'), statusSelect(refresh)),
    tableHolder,
    h('p', {}, moreButton),
  ];
}

async function totalOf(status) {
  const { page } = await get(`/operations/mails?limit=1&withTotal=true&status=${status}`);
  return page.total;
}

function statusSelect(refresh) {
  const selectStatus = (event) => {
    selection.status = event.target.value;
    refresh();
  };
  const options = statuses.map((value) => h('option', { value, selected: value === selection.status }, value || 'all'));
  return h('label', {}, 'Show ', h('select', { onchange: selectStatus }, options));
}

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
  return h('div', {}, h('button', { type: 'button', 'aria-label': `Retry mail ${id}`, onclick: retry }, 'Retry'), alert);
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
