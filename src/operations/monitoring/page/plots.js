import { h, empty } from './dom.js';
import { bytes, count, duration } from './formats.js';

const plotHeight = 190;

/** Reads the colours of the style sheet. They change between the light and the dark scheme. */
function readColours() {
  const style = getComputedStyle(document.documentElement);
  const colourOf = (name) => resolveColour(style.getPropertyValue(name));
  return {
    text: colourOf('--quiet'),
    line: colourOf('--line'),
    series: [colourOf('--accent'), colourOf('--warning'), colourOf('--critical')],
  };
}

/** Resolves a colour, because a canvas does not support light-dark(). */
function resolveColour(value) {
  const probe = h('span');
  probe.style.color = value;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Combines the samples of all processes by minute. Counts are added, and of durations the longest is used. */
function combineProcesses(points) {
  const figuresByMinute = new Map();
  for (const { source, at, figures } of points) {
    if (!source.startsWith('process:')) continue;
    const combined = figuresByMinute.get(at) ?? { calls: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0, slow: 0 };
    combined.calls += figures.calls;
    combined.slow += figures.slow;
    for (const name of ['p50Ms', 'p95Ms', 'p99Ms']) combined[name] = Math.max(combined[name], figures[name]);
    figuresByMinute.set(at, combined);
  }
  return [...figuresByMinute].map(([at, figures]) => ({ at, figures }));
}

/** Converts points to the columns of a plot: the times in seconds, then the values of each name. A missing sample becomes a gap. */
function toColumns(points, names, stepMinutes) {
  const stepSeconds = stepMinutes * 60;
  const times = [];
  const valueColumns = names.map(() => []);
  for (const { at, figures } of points) {
    const time = Date.parse(at) / 1_000;
    const lastTime = times.at(-1);
    if (lastTime !== undefined && time - lastTime > stepSeconds * 1.5) {
      times.push(lastTime + stepSeconds);
      for (const values of valueColumns) values.push(null);
    }
    times.push(time);
    for (const [index, name] of names.entries()) valueColumns[index].push(figures[name] ?? null);
  }
  return [times, ...valueColumns];
}

const shownPlots = new Set();
new ResizeObserver(() => {
  for (const { plot, holder } of shownPlots)
    if (holder.isConnected) plot.setSize({ width: holder.clientWidth, height: plotHeight });
}).observe(document.documentElement);

/** Shows a plot. @param series pairs of the name of a figure and a label */
function plotFigure(title, points, series, format, stepMinutes) {
  if (points.length === 0)
    return h(
      'figure',
      { class: 'plot card' },
      h('figcaption', {}, title),
      empty('There is no sample yet. One is stored every minute.'),
    );
  const lastFigures = points.at(-1).figures;
  const currentText = series.map(([name, label]) => `${label} ${format(lastFigures[name])}`).join(', ');
  const holder = h('div', { role: 'img', 'aria-label': `${title}. Now: ${currentText}. ${points.length} samples.` });
  const element = h(
    'figure',
    { class: 'plot card' },
    h('figcaption', {}, title, ' ', h('span', { class: 'quiet' }, currentText)),
    holder,
  );
  // The plot is drawn after the element was inserted, because an element that is not in the page has no width.
  setTimeout(() => drawPlot(holder, points, series, format, stepMinutes), 0);
  return element;
}

function drawPlot(holder, points, series, format, stepMinutes) {
  if (!holder.isConnected) return;
  const colours = readColours();
  const { line } = colours;
  const axis = {
    stroke: colours.text,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    font: '12px system-ui',
  };
  const names = series.map(([name]) => name);
  const plot = new uPlot(
    {
      width: holder.clientWidth,
      height: plotHeight,
      cursor: { drag: { x: false, y: false } },
      scales: {
        // The axis covers at least an hour. For a single sample `low` and `high` are years apart.
        x: { range: ({ data: [times] }, low, high) => hourUntil(times.length === 1 ? times[0] : high, low) },
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
          stroke: colours.series[index],
          width: 2,
          value: (_plot, value) => (value === null ? '–' : format(value)),
          points: { show: points.length < 3, size: 5 },
        })),
      ],
    },
    toColumns(points, names, stepMinutes),
    holder,
  );
  destroyRemovedPlots();
  shownPlots.add({ plot, holder });
}

/** Destroys the plots of an earlier view, so that their listeners do not stay in memory. */
function destroyRemovedPlots() {
  for (const shownPlot of shownPlots)
    if (!shownPlot.holder.isConnected) {
      shownPlot.plot.destroy();
      shownPlots.delete(shownPlot);
    }
}

export function plots({ points, stepMinutes }) {
  const processPoints = combineProcesses(points);
  const databasePoints = points.filter(({ source }) => source === 'database');
  return h(
    'div',
    { class: 'plots' },
    plotFigure(
      'Statements per minute',
      processPoints,
      [
        ['calls', 'all'],
        ['slow', 'slow'],
      ],
      count,
      stepMinutes,
    ),
    plotFigure(
      'Execution time',
      processPoints,
      [
        ['p50Ms', 'p50'],
        ['p95Ms', 'p95'],
        ['p99Ms', 'p99'],
      ],
      duration,
      stepMinutes,
    ),
    plotFigure(
      'Connections',
      databasePoints,
      [
        ['connections', 'all'],
        ['active', 'active'],
        ['blocked', 'blocked'],
      ],
      count,
      stepMinutes,
    ),
    plotFigure(
      'Size',
      databasePoints,
      [
        ['bytes', 'database'],
        ['logBytes', 'log'],
      ],
      bytes,
      stepMinutes,
    ),
  );
}

/** An hour or more, in seconds, that ends at `end` and begins at `start` or before it. */
const hourUntil = (end, start) => [Math.min(start, end - 3_600), end];
