import { figures, h, table, tell } from './dom.js';
import { ask, get } from './api.js';
import { ago, count, time } from './formats.js';

const tones = { waiting: 'notice', failing: 'warning', dead: 'critical' };
const states = { '': 'all', waiting: 'waiting', failing: 'failing', dead: 'dead' };
const chosen = { state: '' };

export async function outbox(again) {
  const totals = await Promise.all(Object.keys(tones).map(totalOf));
  const holder = h('div');
  const more = h('button', { type: 'button' }, 'More');
  const rows = [];
  let cursor = null;
  const load = async () => {
    const at = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const state = chosen.state ? `&state=${chosen.state}` : '';
    const { data, page } = await get(`/operations/outbox?limit=50${state}${at}`);
    rows.push(...data);
    cursor = page.nextCursor;
    more.hidden = !page.hasMore;
    holder.replaceChildren(eventsTable(rows, again));
  };
  more.addEventListener('click', () => void load());
  await load();
  return [
    figures(Object.keys(tones).map((state, at) => [state.replace(/^./, (letter) => letter.toUpperCase()), count(totals[at])])),
    h('div', { class: 'row' }, h('h2', {}, 'Events that are not delivered'), choice(again)),
    holder,
    h('p', {}, more),
  ];
}

async function totalOf(state) {
  const { page } = await get(`/operations/outbox?limit=1&withTotal=true&state=${state}`);
  return page.total;
}

function choice(again) {
  const changed = (event) => {
    chosen.state = event.target.value;
    again();
  };
  const options = Object.entries(states).map(([value, label]) =>
    h('option', { value, selected: value === chosen.state }, label),
  );
  return h('label', {}, 'Show ', h('select', { onchange: changed }, options));
}

const eventsTable = (rows, again) =>
  table({
    caption: 'Events that are not delivered, oldest first',
    rows,
    none: 'Nothing waits: every event was delivered.',
    columns: [
      { title: 'State', tight: true, of: ({ state }) => h('span', { class: `badge tone-${tones[state]}` }, state) },
      { title: 'Event', wide: true, of: what },
      { title: 'Published', tight: true, of: (row) => h('span', { title: time(row.publishedAt) }, ago(row.publishedAt)) },
      { title: 'Attempts', number: true, of: (row) => count(row.attempts) },
      { title: 'Actions', of: (row) => decision(row, again) },
    ],
  });

const what = ({ id, type, handler, lastError, payload }) => [
  h('code', {}, `${id} ${type}`),
  h('p', { class: 'quiet' }, `for ${handler}`),
  lastError && h('p', {}, lastError),
  h('details', {}, h('summary', {}, 'Payload'), h('pre', { class: 'plan' }, payload)),
];

/** A reason first: it is kept with the decision. */
function decision({ id }, again) {
  const reason = h('input', { name: 'reason', required: true, minlength: 3, maxlength: 500, autocomplete: 'off' });
  const alert = h('p', { role: 'alert' });
  const decide = async (word) => {
    try {
      await ask('POST', `/operations/outbox/${id}/decisions`, { decision: word, reason: reason.value });
      tell(word === 'retry' ? `Event ${id} is delivered again` : `Event ${id} is discarded`);
      setTimeout(() => again(), 300);
    } catch (error) {
      alert.textContent = error.message;
    }
  };
  const submit = (event) => {
    event.preventDefault();
    void decide(event.submitter.value);
  };
  const button = (word, label) => h('button', { value: word, 'aria-label': `${label} event ${id}` }, label);
  const form = h(
    'form',
    { class: 'decision', onsubmit: submit },
    h('label', {}, 'Reason ', reason),
    h('div', { class: 'buttons' }, button('retry', 'Retry'), button('discard', 'Discard')),
    alert,
  );
  return h('details', {}, h('summary', {}, 'Decide'), form);
}
