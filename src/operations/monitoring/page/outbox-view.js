import { announce, figures, h, table } from './dom.js';
import { request, get } from './api.js';
import { ago, capitalize, count, time } from './formats.js';

const tones = { waiting: 'notice', failing: 'warning', dead: 'critical' };
const states = Object.keys(tones);
/** The choices of the filter by state. The empty value means all states. */
const stateTitles = { '': 'all', waiting: 'waiting', failing: 'failing', dead: 'dead' };
const selection = { state: '' };

export async function outbox(refresh) {
  const totals = await Promise.all(states.map(totalOf));
  const tableHolder = h('div');
  const moreButton = h('button', { type: 'button' }, 'More');
  const rows = [];
  let cursor = null;
  const loadPage = async () => {
    const cursorQuery = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const stateQuery = selection.state ? `&state=${selection.state}` : '';
    const { data, page } = await get(`/operations/outbox?limit=50${stateQuery}${cursorQuery}`);
    rows.push(...data);
    cursor = page.nextCursor;
    moreButton.hidden = !page.hasMore;
    tableHolder.replaceChildren(eventsTable(rows, refresh));
  };
  moreButton.addEventListener('click', () => void loadPage());
  await loadPage();
  return [
    figures(states.map((state, index) => [capitalize(state), count(totals[index])])),
    h('div', { class: 'row' }, h('h2', {}, 'Undelivered events'), stateSelect(refresh)),
    tableHolder,
    h('p', {}, moreButton),
  ];
}

async function totalOf(state) {
  const { page } = await get(`/operations/outbox?limit=1&withTotal=true&state=${state}`);
  return page.total;
}

function stateSelect(refresh) {
  const selectState = (event) => {
    selection.state = event.target.value;
    refresh();
  };
  const options = Object.entries(stateTitles).map(([value, label]) =>
    h('option', { value, selected: value === selection.state }, label),
  );
  return h('label', {}, 'Show ', h('select', { onchange: selectState }, options));
}

const eventsTable = (rows, refresh) =>
  table({
    caption: 'Undelivered events, oldest first',
    rows,
    none: 'All events are delivered.',
    columns: [
      { title: 'State', tight: true, of: ({ state }) => h('span', { class: `badge tone-${tones[state]}` }, state) },
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
