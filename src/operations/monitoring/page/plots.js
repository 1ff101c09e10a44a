import { h, empty } from './dom.js';
import { bytes, count, duration } from './formats.js';

const colours = () => {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => resolved(style.getPropertyValue(name));
  return { ink: of('--quiet'), line: of('--line'), series: [of('--accent'), of('--warning'), of('--critical')] };
};

/** A canvas does not understand light-dark(). */
function resolved(value) {
  const probe = h('span');
  probe.style.color = value;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Samples of all processes in a minute: counts are added, the slowest speaks for durations. */
function ofProcesses(points) {
  const minutes = new Map();
  for (const { source, at, figures } of points) {
    if (!source.startsWith('process:')) continue;
    const sum = minutes.get(at) ?? { calls: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0, slow: 0 };
    sum.calls += figures.calls;
    sum.slow += figures.slow;
    for (const name of ['p50Ms', 'p95Ms', 'p99Ms']) sum[name] = Math.max(sum[name], figures[name]);
    minutes.set(at, sum);
  }
  return [...minutes].map(([at, figures]) => ({ at, figures }));
}

/** A minute without a sample is a gap, not a line across it. */
function columns(points, names, stepMinutes) {
  const step = stepMinutes * 60;
  const times = [];
  const values = names.map(() => []);
  for (const { at, figures } of points) {
    const second = Date.parse(at) / 1_000;
    const last = times.at(-1);
    if (last !== undefined && second - last > step * 1.5) {
      times.push(last + step);
      for (const list of values) list.push(null);
    }
    times.push(second);
    names.forEach((name, index) => values[index].push(figures[name] ?? null));
  }
  return [times, ...values];
}

const alive = new Set();
new ResizeObserver(() => {
  for (const { plot, holder } of alive)
    if (holder.isConnected) plot.setSize({ width: holder.clientWidth, height: 190 });
}).observe(document.documentElement);

function figure(title, points, series, format, stepMinutes) {
  if (points.length === 0)
    return h(
      'figure',
      { class: 'plot card' },
      h('figcaption', {}, title),
      empty('No sample yet. One is taken every minute.'),
    );
  const last = points.at(-1).figures;
  const now = series.map(([name, label]) => `${label} ${format(last[name])}`).join(', ');
  const holder = h('div', { role: 'img', 'aria-label': `${title}. Now: ${now}. ${points.length} samples.` });
  const element = h(
    'figure',
    { class: 'plot card' },
    h('figcaption', {}, title, ' ', h('span', { class: 'quiet' }, now)),
    holder,
  );
  // When it stands on the page: only then it has a width.
  setTimeout(() => draw(holder, points, series, format, stepMinutes), 0);
  return element;
}

function draw(holder, points, series, format, stepMinutes) {
  if (!holder.isConnected) return;
  const { ink, line, series: tones } = colours();
  const axis = {
    stroke: ink,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    font: '12px system-ui',
  };
  const data = columns(
    points,
    series.map(([name]) => name),
    stepMinutes,
  );
  const plot = new uPlot(
    {
      width: holder.clientWidth,
      height: 190,
      cursor: { drag: { x: false, y: false } },
      scales: {
        // An hour at least: a single sample would stand in the middle of years.
        x: { range: (_plot, low, high) => [Math.min(low, high - 3_600), high] },
        y: { range: (_plot, low, high) => [Math.min(0, low), high <= 0 ? 1 : high * 1.1] },
      },
      axes: [
        {
          ...axis,
          values: [
            [86_400, '{DD}/{MM}', null, null, null, null, null, null, 1],
            [60, '{HH}:{mm}', '\n{DD}/{MM}', null, null, null, null, null, 1],
          ],
        },
        { ...axis, size: 68, values: (_plot, ticks) => ticks.map(format) },
      ],
      series: [
        { label: 'Time', value: '{HH}:{mm}' },
        ...series.map(([, label], index) => ({
          label,
          stroke: tones[index],
          width: 2,
          value: (_plot, value) => (value === null ? '–' : format(value)),
          points: { show: points.length < 3, size: 5 },
        })),
      ],
    },
    data,
    holder,
  );
  for (const each of alive)
    if (!each.holder.isConnected) {
      each.plot.destroy();
      alive.delete(each);
    }
  alive.add({ plot, holder });
}

export function plots({ points, stepMinutes }) {
  const processes = ofProcesses(points);
  const database = points.filter(({ source }) => source === 'database');
  return h(
    'div',
    { class: 'plots' },
    figure(
      'Statements a minute',
      processes,
      [
        ['calls', 'all'],
        ['slow', 'slow'],
      ],
      count,
      stepMinutes,
    ),
    figure(
      'Execution time',
      processes,
      [
        ['p50Ms', 'p50'],
        ['p95Ms', 'p95'],
        ['p99Ms', 'p99'],
      ],
      duration,
      stepMinutes,
    ),
    figure(
      'Connections',
      database,
      [
        ['connections', 'all'],
        ['active', 'active'],
        ['blocked', 'blocked'],
      ],
      count,
      stepMinutes,
    ),
    figure(
      'Size',
      database,
      [
        ['bytes', 'database'],
        ['logBytes', 'log'],
      ],
      bytes,
      stepMinutes,
    ),
  );
}
