import { h, empty } from './dom.js';
import { bytes, count, duration } from './formats.js';

const colours = () => {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => resolved(style.getPropertyValue(name));
  return { ink: of('--quiet'), line: of('--line'), series: [of('--accent'), of('--warning'), of('--critical')] };
};

/** Resolves a colour, because a canvas does not support light-dark(). */
function resolved(value) {
  const probe = h('span');
  probe.style.color = value;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Combines the samples of all processes by minute: counts are added, and the longest duration is used. */
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

/** Converts points to the columns of a plot. A missing sample becomes a gap in the line. */
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

const shownPlots = new Set();
new ResizeObserver(() => {
  for (const { plot, holder } of shownPlots)
    if (holder.isConnected) plot.setSize({ width: holder.clientWidth, height: 190 });
}).observe(document.documentElement);

function figure(title, points, series, format, stepMinutes) {
  if (points.length === 0)
    return h(
      'figure',
      { class: 'plot card' },
      h('figcaption', {}, title),
      empty('There is no sample yet. One is stored every minute.'),
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
  // The plot is drawn after the element was inserted, because it has no width before.
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
        // The axis covers at least an hour, because the range of a single sample would be years.
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
  for (const each of shownPlots)
    if (!each.holder.isConnected) {
      each.plot.destroy();
      shownPlots.delete(each);
    }
  shownPlots.add({ plot, holder });
}

export function plots({ points, stepMinutes }) {
  const processes = ofProcesses(points);
  const database = points.filter(({ source }) => source === 'database');
  return h(
    'div',
    { class: 'plots' },
    figure(
      'Statements per minute',
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
