import { announce, h, table } from './dom.js';
import { request, get } from './api.js';
import { ago, duration, time, until } from './formats.js';

const tones = { done: 'good', failed: 'critical', lost: 'warning', running: 'notice' };
const outcome = (run) =>
  h('span', { class: `badge tone-${tones[run.outcome]} ${run.outcome === 'running' ? 'busy' : ''}` }, run.outcome);

/** The job whose runs are shown, so that a refresh shows them again. */
let openedJob = null;

export async function jobs(refresh) {
  const { jobs: list } = await get('/operations/jobs');
  const shown = openedJob && list.some(({ name }) => name === openedJob) ? await runsOf(openedJob, refresh) : null;
  const last = ({ state }) =>
    state
      ? [
          outcome(state),
          ' ',
          h('span', { class: 'quiet', title: time(state.startedAt) }, ago(state.startedAt)),
          streak(state),
        ]
      : '–';
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
        { title: 'Last run', tight: true, of: last },
        { title: 'Duration', number: true, of: (job) => duration(job.state?.durationMs) },
        { title: 'Actions', number: true, of: (job) => actions(job, refresh) },
      ],
    }),
    h('section', { id: 'runs', 'aria-live': 'polite' }, shown),
  ];
}

/** The number of failures in a row, shown until the job succeeds again. */
const streak = ({ failuresInARow, succeededAt, error }) =>
  failuresInARow > 0 &&
  h(
    'p',
    { class: 'quiet', title: error },
    `${failuresInARow} failures in a row, ${succeededAt ? `last success ${ago(succeededAt)}` : 'no success yet'}`,
  );

function actions({ name }, refresh) {
  const run = h('button', { type: 'button', 'aria-label': `Run ${name} now` }, 'Run now');
  run.addEventListener('click', async () => {
    run.disabled = true;
    try {
      await request('POST', `/operations/jobs/${encodeURIComponent(name)}/runs`);
      announce(`${name} was started`);
      openedJob = name;
      setTimeout(() => refresh(), 300);
    } catch (error) {
      run.textContent = error.code === 'JOB_RUNNING' ? 'Already running' : error.message;
      announce(run.textContent);
      setTimeout(() => refresh(), 2_000);
    }
  });
  const show = h(
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
  return h('div', { class: 'buttons' }, run, show);
}

async function runsOf(name, refresh) {
  const holder = h('div');
  const more = h('button', { type: 'button' }, 'Older runs');
  const rows = [];
  let cursor = null;
  const load = async () => {
    const at = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const { data, page } = await get(`/operations/jobs/${encodeURIComponent(name)}/runs?limit=20${at}`);
    rows.push(...data);
    cursor = page.nextCursor;
    more.hidden = !page.hasMore;
    holder.replaceChildren(runsTable(rows));
  };
  more.addEventListener('click', () => void load());
  await load();
  const close = h(
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
  return [h('div', { class: 'row' }, h('h2', {}, `Runs of ${name}`), close), holder, h('p', {}, more)];
}

const runsTable = (rows) =>
  table({
    caption: 'Runs, newest first',
    rows,
    none: 'The job has not run yet, or its scheduled runs had nothing to do.',
    columns: [
      { title: 'Outcome', of: outcome },
      { title: 'Started', of: (run) => time(run.startedAt) },
      { title: 'Duration', number: true, of: (run) => duration(run.durationMs) },
      { title: 'Report', wide: true, of: reportOf },
      { title: 'Process', of: (run) => h('code', {}, run.holder) },
    ],
  });

function reportOf({ report, error }) {
  if (error) return h('details', {}, h('summary', {}, error.split('\n')[0]), h('pre', { class: 'plan' }, error));
  const pairs = Object.entries(report);
  if (pairs.length === 0) return '–';
  const isLong = ([, value]) => String(value).length > 80;
  const short = pairs.filter((pair) => !isLong(pair)).map(([name, value]) => `${name}: ${value}`);
  const long = pairs
    .filter(isLong)
    .map(([name, value]) => h('details', {}, h('summary', {}, name), h('pre', { class: 'plan' }, value)));
  return [short.length > 0 && h('code', {}, short.join(', ')), ...long];
}
