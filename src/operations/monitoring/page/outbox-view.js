import { announce, h, table } from './dom.js';
import { request } from './api.js';
import { ago, count, time } from './formats.js';
import { statusList } from './status-list.js';

const tones = { waiting: 'notice', failing: 'warning', dead: 'critical' };
const list = {
  path: '/operations/outbox',
  title: 'Undelivered events',
  statuses: Object.keys(tones),
  counted: Object.keys(tones),
  selection: { status: '' },
  tableOf: (rows, refresh) => eventsTable(rows, refresh),
};

export const outbox = (refresh) => statusList(list, refresh);

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
