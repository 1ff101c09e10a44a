import { announce, figures, h, table } from './dom.js';
import { request, get } from './api.js';
import { ago, count, time } from './formats.js';

const tones = { waiting: 'notice', failing: 'warning', dead: 'critical' };
const states = { '': 'all', waiting: 'waiting', failing: 'failing', dead: 'dead' };
const selection = { state: '' };

export async function outbox(refresh) {
  const totals = await Promise.all(Object.keys(tones).map(totalOf));
  const holder = h('div');
  const more = h('button', { type: 'button' }, 'More');
  const rows = [];
  let cursor = null;
  const load = async () => {
    const at = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const state = selection.state ? `&state=${selection.state}` : '';
    const { data, page } = await get(`/operations/outbox?limit=50${state}${at}`);
    rows.push(...data);
    cursor = page.nextCursor;
    more.hidden = !page.hasMore;
    holder.replaceChildren(eventsTable(rows, refresh));
  };
  more.addEventListener('click', () => void load());
  await load();
  return [
    figures(
      Object.keys(tones).map((state, at) => [state.replace(/^./, (letter) => letter.toUpperCase()), count(totals[at])]),
    ),
    h('div', { class: 'row' }, h('h2', {}, 'Undelivered events'), stateSelect(refresh)),
    holder,
    h('p', {}, more),
  ];
}

async function totalOf(state) {
  const { page } = await get(`/operations/outbox?limit=1&withTotal=true&state=${state}`);
  return page.total;
}

function stateSelect(refresh) {
  const changed = (event) => {
    selection.state = event.target.value;
    refresh();
  };
  const options = Object.entries(states).map(([value, label]) =>
    h('option', { value, selected: value === selection.state }, label),
  );
  return h('label', {}, 'Show ', h('select', { onchange: changed }, options));
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

/** The form asks for a reason, because it is stored with the decision. */
function decisionForm({ id }, refresh) {
  const reason = h('input', { name: 'reason', required: true, minlength: 3, maxlength: 500, autocomplete: 'off' });
  const alert = h('p', { role: 'alert' });
  const decide = async (choice) => {
    try {
      await request('POST', `/operations/outbox/${id}/decisions`, { decision: choice, reason: reason.value });
      announce(choice === 'retry' ? `Event ${id} will be delivered again` : `Event ${id} was discarded`);
      setTimeout(() => refresh(), 300);
    } catch (error) {
      alert.textContent = error.message;
    }
  };
  const submit = (event) => {
    event.preventDefault();
    void decide(event.submitter.value);
  };
  const button = (choice, label) => h('button', { value: choice, 'aria-label': `${label} event ${id}` }, label);
  const form = h(
    'form',
    { class: 'decision', onsubmit: submit },
    h('label', {}, 'Reason ', reason),
    h('div', { class: 'buttons' }, button('retry', 'Retry'), button('discard', 'Discard')),
    alert,
  );
  return h('details', {}, h('summary', {}, 'Decide'), form);
}
