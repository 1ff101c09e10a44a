import { figures, h } from './dom.js';
import { get } from './api.js';
import { capitalize, count } from './formats.js';

/**
 * The view of a list whose rows have a status: the number of rows of some statuses, a filter by status, and a table that grows page by
 * page. `path` is the list of the API. The empty status means all statuses.
 */
export async function statusList({ path, title, statuses, counted, selection, tableOf }, refresh) {
  const totals = await Promise.all(counted.map((status) => totalOf(path, status)));
  const tableHolder = h('div');
  const moreButton = h('button', { type: 'button' }, 'More');
  const rows = [];
  let cursor = null;
  const loadPage = async () => {
    const cursorQuery = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const statusQuery = selection.status ? `&status=${selection.status}` : '';
    const { data, page } = await get(`${path}?limit=50${statusQuery}${cursorQuery}`);
    rows.push(...data);
    cursor = page.nextCursor;
    moreButton.hidden = !page.hasMore;
    tableHolder.replaceChildren(tableOf(rows, refresh));
  };
  moreButton.addEventListener('click', () => void loadPage());
  await loadPage();
  return [
    figures(counted.map((status, index) => [capitalize(status), count(totals[index])])),
    h('div', { class: 'row' }, h('h2', {}, title), statusSelect(statuses, selection, refresh)),
    tableHolder,
    h('p', {}, moreButton),
  ];
}

async function totalOf(path, status) {
  const { page } = await get(`${path}?limit=1&withTotal=true&status=${status}`);
  return page.total;
}

function statusSelect(statuses, selection, refresh) {
  const selectStatus = (event) => {
    selection.status = event.target.value;
    refresh();
  };
  const options = ['', ...statuses].map((value) =>
    h('option', { value, selected: value === selection.status }, value || 'all'),
  );
  return h('label', {}, 'Show ', h('select', { onchange: selectStatus }, options));
}
