import { announce, figures, h, table } from './dom.js';
import { request, get } from './api.js';
import { ago, capitalize, count, time } from './formats.js';

const tones = { waiting: 'notice', failing: 'warning', dead: 'critical' };
const statuses = Object.keys(tones);
/** The choices of the filter by status. The empty value means all statuses. */
const statusTitles = { '': 'all', waiting: 'waiting', failing: 'failing', dead: 'dead' };
const selection = { status: '' };

export async function outbox(refresh) {
  const totals = await Promise.all(statuses.map(totalOf));
  const tableHolder = h('div');
  const moreButton = h('button', { type: 'button' }, 'More');
  const rows = [];
  let cursor = null;
  const loadPage = async () => {
    const cursorQuery = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const statusQuery = selection.status ? `&status=${selection.status}` : '';
    const { data, page } = await get(`/operations/outbox?limit=50${statusQuery}${cursorQuery}`);
    rows.push(...data);
    cursor = page.nextCursor;
    moreButton.hidden = !page.hasMore;
    tableHolder.replaceChildren(eventsTable(rows, refresh));
  };
  moreButton.addEventListener('click', () => void loadPage());
  await loadPage();
  return [
    figures(statuses.map((status, index) => [capitalize(status), count(totals[index])])),
    h('div', { class: 'row' }, h('h2', {}, 'Undelivered events'), statusSelect(refresh)),
    tableHolder,
    h('p', {}, moreButton),
  ];
}

async function totalOf(status) {
  const { page } = await get(`/operations/outbox?limit=1&withTotal=true&status=${status}`);
  return page.total;
}

function statusSelect(refresh) {
  const selectStatus = (event) => {
    selection.status = event.target.value;
    refresh();
  };
  const options = Object.entries(statusTitles).map(([value, label]) =>
    h('option', { value, selected: value === selection.status }, label),
  );
  return h('label', {}, 'Show ', h('select', { onchange: selectStatus }, options));
}

const eventsTable = (rows, refresh) =>
  table({
    caption: 'Undelivered events, oldest first',
    rows,
    none: 'All events are delivered.',
    columns: [
      { title: 'Status', tight: true, of: ({ status }) => h('span', { class: `badge tone-${tones[status]}` }, status) },
      { title: 'Event', wide: true, of: eventDetails },
      {
        title: 'Published',
        tight: true,
        of: (row) => h('span', { title: time(row.publishedAt) }, ago(row.publishedAt)),
      },
      { title: 'Attempts', number: true, of: (row) => count(row.attempts) },
      { title: 'Actions', of: (row) => decisionForm(row, refresh) },
    ],
  });

const eventDetails = ({ id, type, handler, lastError, payload }) => [
  h('code', {}, `${id} ${type}`),
  h('p', { class: 'quiet' }, `for ${handler}`),
  lastError && h('p', {}, lastError),
  h('details', {}, h('summary', {}, 'Payload'), h('pre', { class: 'plan' }, payload)),
];

/** Shows the form for a decision. The form asks for a reason, because the reason is stored with the decision. */
function decisionForm({ id }, refresh) {
  const reason = h('input', { name: 'reason', required: true, minlength: 3, maxlength: 500, autocomplete: 'off' });
  const alert = h('p', { role: 'alert' });
  const decide = async (decision) => {
    try {
      await request('POST', `/operations/outbox/${id}/decisions`, { decision, reason: reason.value });
      announce(decision === 'retry' ? `Event ${id} will be delivered again` : `Event ${id} was discarded`);
      setTimeout(() => refresh(), 300);
    } catch (error) {
      alert.textContent = error.message;
    }
  };
  const submit = (event) => {
    event.preventDefault();
    void decide(event.submitter.value);
  };
  const button = (decision, label) => h('button', { value: decision, 'aria-label': `${label} event ${id}` }, label);
  const form = h(
    'form',
    { class: 'decision', onsubmit: submit },
    h('label', {}, 'Reason ', reason),
    h('div', { class: 'buttons' }, button('retry', 'Retry'), button('discard', 'Discard')),
    alert,
  );
  return h('details', {}, h('summary', {}, 'Decide'), form);
}
