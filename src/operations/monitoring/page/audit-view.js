import { h, table } from './dom.js';
import { get } from './api.js';
import { ago, time } from './formats.js';

/** The filters of the list by their parameter. They are kept when the view is drawn again. */
const filters = { actorId: '', action: '', objectType: '', objectId: '' };
const filterLabels = { actorId: 'Person', action: 'Action', objectType: 'Object', objectId: 'Id' };

export async function audit(refresh) {
  const tableHolder = h('div');
  const moreButton = h('button', { type: 'button' }, 'More');
  const rows = [];
  let cursor = null;
  const loadPage = async () => {
    const given = Object.entries({ ...filters, cursor: cursor ?? '' }).filter(([, value]) => value !== '');
    const { data, page } = await get(`/audit-entries?${new URLSearchParams([['limit', '50'], ...given])}`);
    rows.push(...data);
    cursor = page.nextCursor;
    moreButton.hidden = !page.hasMore;
    tableHolder.replaceChildren(entriesTable(rows));
  };
  moreButton.addEventListener('click', () => void loadPage());
  await loadPage();
  return [
    h('div', { class: 'row' }, h('h2', {}, 'Audit log'), ...filterFields(refresh)),
    tableHolder,
    h('p', {}, moreButton),
  ];
}

const filterFields = (refresh) =>
  Object.entries(filterLabels).map(([name, label]) => {
    const change = (event) => {
      filters[name] = event.target.value.trim();
      refresh();
    };
    return h('label', {}, `${label} `, h('input', { value: filters[name], size: 14, onchange: change }));
  });

const entriesTable = (rows) =>
  table({
    caption: 'Entries of the audit log, newest first',
    rows,
    none: 'There are no such entries.',
    columns: [
      { title: 'When', tight: true, of: (row) => h('span', { title: time(row.happenedAt) }, ago(row.happenedAt)) },
      { title: 'Who', tight: true, of: ({ actor }) => (actor.id === null ? actor.kind : `${actor.kind} ${actor.id}`) },
      { title: 'What', wide: true, of: whatHappened },
      { title: 'Place', number: true, of: ({ sequence }) => sequence ?? 'not sealed' },
    ],
  });

const whatHappened = ({ action, object, detail, traceId }) => [
  h('code', {}, action),
  h('p', {}, `${object.type} ${object.id}`),
  Object.keys(detail).length > 0 && h('p', { class: 'quiet' }, textOf(detail)),
  traceId && h('p', { class: 'quiet' }, `trace ${traceId}`),
];

const textOf = (detail) =>
  Object.entries(detail)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
