import { announce, h, table } from './dom.js';
import { request, get } from './api.js';
import { ago, duration, time, until } from './formats.js';

const tones = { done: 'good', failed: 'critical', lost: 'warning', running: 'notice' };
function statusBadge({ status }) {
  const busyClass = status === 'running' ? 'busy' : '';
  return h('span', { class: `badge tone-${tones[status]} ${busyClass}` }, status);
}

/** The job whose runs are shown, so that a refresh shows them again. */
let openedJob = null;

export async function jobs(refresh) {
  const { jobs: list } = await get('/operations/jobs');
  const isOpenedJobListed = list.some(({ name }) => name === openedJob);
  const runsSection = isOpenedJobListed ? await runsOf(openedJob, refresh) : null;
  return [
    h('h2', {}, 'Jobs'),
    table({
      caption: 'Jobs, their schedule and their last run',
      rows: list,
      none: 'There are no jobs.',
      columns: [
        { title: 'Job', wide: true, of: (job) => [h('code', {}, job.name), h('p', { class: 'quiet' }, job.summary)] },
        { title: 'Schedule', tight: true, of: (job) => (job.cron ? h('code', {}, job.cron) : 'none') },
        { title: 'Next', tight: true, of: (job) => until(job.nextRunAt) },
        { title: 'Last run', tight: true, of: lastRun },
        { title: 'Duration', number: true, of: (job) => duration(job.health?.durationMs) },
        { title: 'Actions', number: true, of: (job) => actions(job, refresh) },
      ],
    }),
    h('section', { id: 'runs', 'aria-live': 'polite' }, runsSection),
  ];
}

function lastRun({ health }) {
  if (!health) return '–';
  const started = h('span', { class: 'quiet', title: time(health.startedAt) }, ago(health.startedAt));
  return [statusBadge(health), ' ', started, failureText(health)];
}

/** Shows the number of failures in a row, until the job succeeds again. */
function failureText({ failuresInARow, succeededAt, error }) {
  if (failuresInARow === 0) return null;
  const lastSuccess = succeededAt ? `last success ${ago(succeededAt)}` : 'no success yet';
  return h('p', { class: 'quiet', title: error }, `${failuresInARow} failures in a row, ${lastSuccess}`);
}

function actions({ name }, refresh) {
  const runButton = h('button', { type: 'button', 'aria-label': `Run now: ${name}` }, 'Run now');
  runButton.addEventListener('click', async () => {
    runButton.disabled = true;
    try {
      await request('POST', `/operations/jobs/${encodeURIComponent(name)}/runs`);
      announce(`${name} was started`);
      openedJob = name;
      setTimeout(() => refresh(), 300);
    } catch (error) {
      runButton.textContent = error.code === 'JOB_RUNNING' ? 'Already running' : error.message;
      announce(runButton.textContent);
      setTimeout(() => refresh(), 2_000);
    }
  });
  const runsButton = h(
    'button',
    {
      type: 'button',
      'aria-label': `Show the runs of ${name}`,
      'aria-expanded': String(openedJob === name),
      onclick: () => {
        openedJob = openedJob === name ? null : name;
        refresh();
      },
    },
    'Runs',
  );
  return h('div', { class: 'buttons' }, runButton, runsButton);
}

async function runsOf(name, refresh) {
  const tableHolder = h('div');
  const moreButton = h('button', { type: 'button' }, 'Older runs');
  const rows = [];
  let cursor = null;
  const loadPage = async () => {
    const cursorQuery = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const { data, page } = await get(`/operations/jobs/${encodeURIComponent(name)}/runs?limit=20${cursorQuery}`);
    rows.push(...data);
    cursor = page.nextCursor;
    moreButton.hidden = !page.hasMore;
    tableHolder.replaceChildren(runsTable(rows));
  };
  moreButton.addEventListener('click', () => void loadPage());
  await loadPage();
  const closeButton = h(
    'button',
    {
      type: 'button',
      onclick: () => {
        openedJob = null;
        refresh();
      },
    },
    'Close',
  );
  const heading = h('div', { class: 'row' }, h('h2', {}, `Runs of ${name}`), closeButton);
  return [heading, tableHolder, h('p', {}, moreButton)];
}

const runsTable = (rows) =>
  table({
    caption: 'Runs, newest first',
    rows,
    none: 'The job has not run yet, or its scheduled runs had nothing to do.',
    columns: [
      { title: 'Status', of: statusBadge },
      { title: 'Started', of: (run) => time(run.startedAt) },
      { title: 'Duration', number: true, of: (run) => duration(run.durationMs) },
      { title: 'Report', wide: true, of: reportOf },
      { title: 'Process', of: (run) => h('code', {}, run.holder) },
    ],
  });

const details = (summary, text) => h('details', {}, h('summary', {}, summary), h('pre', { class: 'plan' }, text));

/** Shows the report of a run, or its error. Short values are shown on one line, and long values when the user opens them. */
function reportOf({ report, error }) {
  if (error) return details(error.split('\n')[0], error);
  const values = Object.entries(report);
  if (values.length === 0) return '–';
  const shortTexts = [];
  const longElements = [];
  for (const [name, value] of values)
    if (String(value).length > 80) longElements.push(details(name, value));
    else shortTexts.push(`${name}: ${value}`);
  return [shortTexts.length > 0 && h('code', {}, shortTexts.join(', ')), ...longElements];
}
