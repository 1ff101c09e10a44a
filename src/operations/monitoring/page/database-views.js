import { figures, h, table } from './dom.js';
import { get } from './api.js';
import { findings } from './findings.js';
import { plots } from './plots.js';
import { ago, bytes, count, duration, kindTitle, time } from './formats.js';

/** The choices of the user. They are kept until the page is closed. */
const selection = { hours: 24, sort: 'total', own: 'hide' };

/** @param options texts by value */
function select(label, options, selectedValue, onSelect) {
  const list = h(
    'select',
    { onchange: (event) => onSelect(event.target.value) },
    Object.entries(options).map(([value, text]) =>
      h('option', { value, selected: value === String(selectedValue) }, text),
    ),
  );
  return h('label', {}, `${label} `, list);
}

export async function overview(refresh) {
  const [health, history] = await Promise.all([
    get('/operations/database'),
    get(`/operations/database/history?hours=${selection.hours}`),
  ]);
  document.getElementById('server').textContent = `${health.version} · ${health.process.replace('process:', '')}`;
  const periods = { 1: 'hour', 6: '6 hours', 24: 'day', 168: 'week', 336: 'two weeks' };
  const selectHours = (value) => {
    selection.hours = Number(value);
    refresh();
  };
  const countOf = (severity) => count(health.findings.filter((finding) => finding.severity === severity).length);
  return [
    figures([
      ['Critical', countOf('critical')],
      ['Warnings', countOf('warning')],
      ['Notices', countOf('notice')],
      ['Counting since', ago(health.since)],
    ]),
    h('div', { class: 'row' }, h('h2', {}, 'Over time'), select('The last', periods, selection.hours, selectHours)),
    plots(history),
    h('h2', {}, 'Findings'),
    findings(health.findings, 'There are no findings: no slow statement, no missing index, no waiting session.'),
  ];
}

/** Shows a statement. If there are details, they are shown when the user opens the statement. */
const statementText = (statement, details) => {
  const code = h('code', { class: 'clip' }, statement);
  return details ? h('details', {}, h('summary', {}, code), h('div', { class: 'inner' }, details)) : code;
};

/** The columns of statements and of their routes. */
const figureColumns = [
  { title: 'Calls', number: true, of: (row) => count(row.calls) },
  { title: 'Total', number: true, of: (row) => duration(row.totalMs) },
  { title: 'p50', number: true, of: (row) => duration(row.p50Ms) },
  { title: 'p95', number: true, of: (row) => duration(row.p95Ms) },
  { title: 'p99', number: true, of: (row) => duration(row.p99Ms) },
  { title: 'Rows', number: true, of: (row) => count(row.rows) },
];

export async function queries(refresh) {
  const query = `limit=100&sort=${selection.sort}&own=${selection.own}`;
  const { since, serverRecord, statements } = await get(`/operations/database/queries?${query}`);
  const sortTitles = { total: 'total time', calls: 'calls', p95: 'p95', rows: 'rows' };
  const selectSort = (value) => {
    selection.sort = value;
    refresh();
  };
  const selectOwn = (value) => {
    selection.own = value;
    refresh();
  };
  // The lower limit avoids a division by 0.
  const maxTotalMs = Math.max(...statements.map(({ totalMs }) => totalMs), 1e-9);
  const routeTable = (row) =>
    table({
      caption: 'By route',
      rows: row.routes,
      none: '',
      columns: [{ title: 'Route', wide: true, of: ({ route }) => route }, ...figureColumns],
    });
  const shareBar = (row) => {
    const bar = h('div', { class: 'share' });
    bar.style.width = `${(row.totalMs / maxTotalMs) * 100}%`;
    return bar;
  };
  const serverMean = (row) => (row.server ? duration(row.server.meanMs) : '–');
  const serverColumns = serverRecord ? [{ title: 'Server mean', number: true, of: serverMean }] : [];
  return [
    h(
      'div',
      { class: 'row' },
      h('h2', {}, 'Statements'),
      select('by', sortTitles, selection.sort, selectSort),
      select('of the monitoring itself', { hide: 'hidden', show: 'shown' }, selection.own, selectOwn),
      h(
        'p',
        { class: 'quiet' },
        `This process, since ${time(since)}.${serverRecord ? '' : ' The server has no pg_stat_statements.'}`,
      ),
    ),
    table({
      caption: 'Statements with their execution times',
      rows: statements,
      none: 'No statement has been sent yet.',
      columns: [
        { title: 'Statement', wide: true, of: (row) => [statementText(row.statement, routeTable(row)), shareBar(row)] },
        ...figureColumns,
        ...serverColumns,
      ],
    }),
  ];
}

export async function slowQueries() {
  const { thresholdMs, queries: slowStatements } = await get('/operations/database/slow-queries?limit=100');
  return [
    h(
      'div',
      { class: 'row' },
      h('h2', {}, 'Slow statements'),
      h('p', { class: 'quiet' }, `Longer than ${duration(thresholdMs)}, newest first.`),
    ),
    table({
      caption: 'Slow statements',
      rows: slowStatements,
      none: `No statement took longer than ${duration(thresholdMs)}.`,
      columns: [
        {
          title: 'Statement',
          wide: true,
          of: (row) =>
            statementText(row.statement, row.plan ? h('pre', { class: 'plan' }, row.plan) : 'No plan is available.'),
        },
        { title: 'Duration', number: true, of: (row) => duration(row.durationMs) },
        { title: 'Rows', number: true, of: (row) => count(row.rows) },
        { title: 'Route', of: (row) => row.route ?? '–' },
        { title: 'Trace', of: (row) => h('code', {}, row.traceId ?? '–') },
        { title: 'When', of: (row) => ago(row.at) },
      ],
    }),
  ];
}

export async function connections() {
  const report = await get('/operations/database/connections');
  const { pool } = report;
  // Only a server has a connection limit, and only an SQLite file has a single writer.
  const isFile = report.limit === null;
  const serverFigures = isFile ? [] : [['Server', `${count(report.used)} of ${count(report.limit)}`]];
  const writerFigures = isFile
    ? [
        ['Waited for the writer', `${count(pool.waits)} ×`],
        ['Longest wait', duration(pool.longestWaitMs)],
        ['File was busy', `${count(pool.busy)} ×`],
      ]
    : [];
  const stateFigures = report.states.map((stateCount) => [kindTitle(stateCount.state), count(stateCount.count)]);
  return [
    figures([
      ...serverFigures,
      ['This process', `${count(pool.total)}, ${count(pool.idle)} idle`],
      ['Waiting', count(pool.waiting)],
      ...writerFigures,
      ...stateFigures,
    ]),
    report.findings.length > 0 && findings(report.findings),
    h('h2', {}, 'Sessions'),
    table({
      caption: 'Sessions',
      rows: report.sessions,
      none: 'An SQLite file has no sessions. Requests share one writer and one reader.',
      columns: [
        { title: 'Process', number: true, of: (row) => row.pid },
        { title: 'State', of: (row) => row.state },
        { title: 'Since', number: true, of: (row) => duration(row.stateMs) },
        {
          title: 'Transaction',
          number: true,
          of: (row) => (row.transactionMs > 0 ? duration(row.transactionMs) : '–'),
        },
        { title: 'Application', of: (row) => row.application || '–' },
        { title: 'Last statement', wide: true, of: (row) => statementText(row.statement || '–') },
      ],
    }),
  ];
}

function indexKind({ isValid, isUnique }) {
  if (!isValid) return 'invalid';
  return isUnique ? 'unique' : 'plain';
}

export async function indexes() {
  const report = await get('/operations/database/indexes');
  return [
    h('h2', {}, 'Findings'),
    findings(report.findings, 'No index is missing, duplicate, unused or invalid.'),
    h('h2', {}, 'All indexes'),
    table({
      caption: 'Indexes with their use',
      rows: report.indexes,
      none: 'There is no index.',
      columns: [
        { title: 'Index', wide: true, of: (row) => h('code', {}, row.name) },
        { title: 'Table', of: (row) => row.table },
        { title: 'Columns', of: (row) => row.columns.join(', ') },
        { title: 'Kind', of: indexKind },
        { title: 'Scans', number: true, of: (row) => count(row.scans) },
        { title: 'Size', number: true, of: (row) => bytes(row.bytes) },
      ],
    }),
  ];
}

export async function storage() {
  const report = await get('/operations/database/storage');
  const { file } = report;
  const fileFigures = file
    ? [
        ['Unused pages', bytes(file.freePages * file.pageBytes)],
        ['Write-ahead log', bytes(file.logBytes)],
      ]
    : [];
  const daysToFullFigure = report.daysToFull === null ? [] : [['Full in', `${count(report.daysToFull)} days`]];
  // SQLite has neither dead rows nor a vacuum of single tables.
  const vacuumColumns = file
    ? []
    : [
        { title: 'Dead rows', number: true, of: (row) => count(row.deadRows) },
        { title: 'Vacuumed', of: (row) => ago(row.vacuumedAt) },
      ];
  return [
    figures([
      ['Database', bytes(report.totalBytes)],
      ['Growth per day', bytes(report.bytesPerDay)],
      ['Free on the volume', bytes(report.freeBytes)],
      ...daysToFullFigure,
      ...fileFigures,
    ]),
    report.findings.length > 0 && findings(report.findings),
    h('h2', {}, 'Tables'),
    table({
      caption: 'Tables by size',
      rows: report.tables,
      none: 'There is no table.',
      columns: [
        { title: 'Table', wide: true, of: (row) => h('code', {}, row.name) },
        { title: 'Rows', number: true, of: (row) => count(row.rows) },
        { title: 'Data', number: true, of: (row) => bytes(row.bytes) },
        { title: 'Indexes', number: true, of: (row) => bytes(row.indexBytes) },
        { title: 'Growth per day', number: true, of: (row) => bytes(row.bytesPerDay) },
        ...vacuumColumns,
      ],
    }),
  ];
}

export async function locks() {
  const report = await get('/operations/database/locks');
  const countsByKind = new Map(report.counts.map((failures) => [failures.kind, failures.count]));
  const kinds = ['deadlock', 'lock-timeout', 'statement-timeout', 'serialization', 'busy'];
  const serverFigures = report.deadlocks === null ? [] : [['Deadlocks (server)', count(report.deadlocks)]];
  const processFigures = kinds.map((kind) => [`${kindTitle(kind)} (this process)`, count(countsByKind.get(kind) ?? 0)]);
  return [
    figures([['Waiting now', count(report.pairs.length)], ...serverFigures, ...processFigures]),
    report.findings.length > 0 && findings(report.findings),
    h('h2', {}, 'Blocked sessions'),
    table({
      caption: 'Waiting and blocking sessions',
      rows: report.pairs,
      none: 'No session waits for a lock.',
      columns: [
        {
          title: 'Waiting',
          wide: true,
          of: (row) => [`${row.pid}, ${duration(row.waitedMs)}`, statementText(row.statement)],
        },
        {
          title: 'Blocking',
          wide: true,
          of: (row) => [`${row.blockerPid}, ${row.blockerState}`, statementText(row.blockerStatement)],
        },
      ],
    }),
    h('h2', {}, 'Deadlocks and timeouts in this process'),
    table({
      caption: 'Failures',
      rows: report.failures,
      none: 'None since this process started.',
      columns: [
        { title: 'Kind', of: (row) => kindTitle(row.kind) },
        { title: 'Statement', wide: true, of: (row) => statementText(row.statement) },
        { title: 'Route', of: (row) => row.route ?? '–' },
        { title: 'Trace', of: (row) => h('code', {}, row.traceId ?? '–') },
        { title: 'When', of: (row) => ago(row.at) },
      ],
    }),
  ];
}
