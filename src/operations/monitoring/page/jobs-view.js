import { h, table, tell } from './dom.js';
import { ask, get } from './api.js';
import { ago, duration, time, until } from './formats.js';

const tones = { done: 'good', failed: 'critical', lost: 'warning', running: 'notice' };
const outcome = (run) =>
  h('span', { class: `badge tone-${tones[run.outcome]} ${run.outcome === 'running' ? 'busy' : ''}` }, run.outcome);

/** The job whose runs are open, so that a refresh keeps them open. */
let opened = null;

export async function jobs(again) {
  const { jobs: list } = await get('/operations/jobs');
  const shown = opened && list.some(({ name }) => name === opened) ? await runsOf(opened, again) : null;
  const last = ({ state }) =>
    state
      ? [outcome(state), ' ', h('span', { class: 'quiet', title: time(state.startedAt) }, ago(state.startedAt)), streak(state)]
      : '–';
  return [
    h('h2', {}, 'Jobs'),
    table({
      caption: 'Jobs, their schedule and their last run',
      rows: list,
      none: 'There is no job.',
      columns: [
        { title: 'Job', wide: true, of: (job) => [h('code', {}, job.name), h('p', { class: 'quiet' }, job.summary)] },
        { title: 'Schedule', tight: true, of: (job) => (job.cron ? h('code', {}, job.cron) : 'by name') },
        { title: 'Next', tight: true, of: (job) => until(job.nextRunAt) },
        { title: 'Last run', tight: true, of: last },
        { title: 'Took', number: true, of: (job) => duration(job.state?.durationMs) },
        { title: 'Actions', number: true, of: (job) => actions(job, again) },
      ],
    }),
    h('section', { id: 'runs', 'aria-live': 'polite' }, shown),
  ];
}

/** A job that failed is followed until it ends well again. */
const streak = ({ failuresInARow, succeededAt, error }) =>
  failuresInARow > 0 &&
  h(
    'p',
    { class: 'quiet', title: error },
    `${failuresInARow} failed in a row, ${succeededAt ? `ended well ${ago(succeededAt)}` : 'never ended well'}`,
  );

function actions({ name }, again) {
  const run = h('button', { type: 'button', 'aria-label': `Run ${name} now` }, 'Run now');
  run.addEventListener('click', async () => {
    run.disabled = true;
    try {
      await ask('POST', `/operations/jobs/${encodeURIComponent(name)}/runs`);
      tell(`${name} has begun`);
      opened = name;
      setTimeout(() => again(), 300);
    } catch (error) {
      run.textContent = error.code === 'JOB_RUNNING' ? 'Runs already' : error.message;
      tell(run.textContent);
      setTimeout(() => again(), 2_000);
    }
  });
  const show = h(
    'button',
    {
      type: 'button',
      'aria-label': `Show the runs of ${name}`,
      'aria-expanded': String(opened === name),
      onclick: () => {
        opened = opened === name ? null : name;
        again();
      },
    },
    'Runs',
  );
  return h('div', { class: 'buttons' }, run, show);
}

async function runsOf(name, again) {
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
        opened = null;
        again();
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
    none: 'It has not run yet, or the runs of its schedule found nothing to do.',
    columns: [
      { title: 'Outcome', of: outcome },
      { title: 'Began', of: (run) => time(run.startedAt) },
      { title: 'Took', number: true, of: (run) => duration(run.durationMs) },
      { title: 'What it did', wide: true, of: did },
      { title: 'By', of: (run) => h('code', {}, run.holder) },
    ],
  });

function did({ report, error }) {
  if (error) return h('details', {}, h('summary', {}, error.split('\n')[0]), h('pre', { class: 'plan' }, error));
  const pairs = Object.entries(report).map(([name, value]) => `${name}: ${value}`);
  return pairs.length > 0 ? h('code', {}, pairs.join(', ')) : '–';
}
