import { figures, h, table } from './dom.js';
import { get } from './api.js';
import { findings } from './findings.js';
import { plots } from './plots.js';
import { ago, bytes, count, duration, kind, time } from './formats.js';

const selection = { hours: 24, sort: 'total', own: 'hide' };

function select(label, options, value, changed) {
  const list = h(
    'select',
    { onchange: (event) => changed(event.target.value) },
    Object.entries(options).map(([key, text]) => h('option', { value: key, selected: key === String(value) }, text)),
  );
  return h('label', {}, `${label} `, list);
}

export async function overview(refresh) {
  const [health, history] = await Promise.all([
    get('/operations/database'),
    get(`/operations/database/history?hours=${selection.hours}`),
  ]);
  document.getElementById('server').textContent = `${health.version} · ${health.process.replace('process:', '')}`;
  const spans = { 1: 'hour', 6: '6 hours', 24: 'day', 168: 'week', 336: 'two weeks' };
  const changed = (value) => {
    selection.hours = Number(value);
    refresh();
  };
  const countOf = (severity) => count(health.findings.filter((each) => each.severity === severity).length);
  return [
    figures([
      ['Critical', countOf('critical')],
      ['Warnings', countOf('warning')],
      ['Notices', countOf('notice')],
      ['Counting since', ago(health.since)],
    ]),
    h('div', { class: 'row' }, h('h2', {}, 'Over time'), select('The last', spans, selection.hours, changed)),
    plots(history),
    h('h2', {}, 'Findings'),
    findings(health.findings, 'There are no findings: no slow statement, no missing index, no waiting session.'),
  ];
}

const statementText = (statement, inner) => {
  const code = h('code', { class: 'clip' }, statement);
  return inner ? h('details', {}, h('summary', {}, code), h('div', { class: 'inner' }, inner)) : code;
};

const quantiles = [
  { title: 'Calls', number: true, of: (row) => count(row.calls) },
  { title: 'Total', number: true, of: (row) => duration(row.totalMs) },
  { title: 'p50', number: true, of: (row) => duration(row.p50Ms) },
  { title: 'p95', number: true, of: (row) => duration(row.p95Ms) },
  { title: 'p99', number: true, of: (row) => duration(row.p99Ms) },
  { title: 'Rows', number: true, of: (row) => count(row.rows) },
];

export async function queries(refresh) {
  const { since, serverRecord, statements } = await get(
    `/operations/database/queries?limit=100&sort=${selection.sort}&own=${selection.own}`,
  );
  const sorts = { total: 'total time', calls: 'calls', p95: 'p95', rows: 'rows' };
  const changed = (value) => {
    selection.sort = value;
    refresh();
  };
  const showOwn = (value) => {
    selection.own = value;
    refresh();
  };
  const maxTotalMs = Math.max(...statements.map(({ totalMs }) => totalMs), 1e-9);
  const byRoute = (row) =>
    table({
      caption: 'By route',
      rows: row.routes,
      none: '',
      columns: [{ title: 'Route', wide: true, of: ({ route }) => route }, ...quantiles],
    });
  const share = (row) => {
    const bar = h('div', { class: 'share' });
    bar.style.width = `${(row.totalMs / maxTotalMs) * 100}%`;
    return bar;
  };
  const server = serverRecord
    ? [{ title: 'Server mean', number: true, of: (row) => (row.server ? duration(row.server.meanMs) : '–') }]
    : [];
  return [
    h(
      'div',
      { class: 'row' },
      h('h2', {}, 'Statements'),
      select('by', sorts, selection.sort, changed),
      select('of the monitoring itself', { hide: 'hidden', show: 'shown' }, selection.own, showOwn),
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
        { title: 'Statement', wide: true, of: (row) => [statementText(row.statement, byRoute(row)), share(row)] },
        ...quantiles,
        ...server,
      ],
    }),
  ];
}

export async function slow() {
  const { thresholdMs, queries: list } = await get('/operations/database/slow-queries?limit=100');
  return [
    h(
      'div',
      { class: 'row' },
      h('h2', {}, 'Slow statements'),
      h('p', { class: 'quiet' }, `Longer than ${duration(thresholdMs)}, newest first.`),
    ),
    table({
      caption: 'Slow statements',
      rows: list,
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
  const server = report.limit === null ? [] : [['Server', `${count(report.used)} of ${count(report.limit)}`]];
  const writerFigures =
    report.limit === null
      ? [
          ['Waited for the writer', `${count(pool.waits)} ×`],
          ['Longest wait', duration(pool.longestWaitMs)],
          ['File was busy', `${count(pool.busy)} ×`],
        ]
      : [];
  return [
    figures([
      ...server,
      ['This process', `${count(pool.total)}, ${count(pool.idle)} idle`],
      ['Waiting', count(pool.waiting)],
      ...writerFigures,
      ...report.states.map(({ state, count: number }) => [kind(state), count(number)]),
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
        { title: 'Kind', of: (row) => (row.isValid ? (row.isUnique ? 'unique' : 'plain') : 'invalid') },
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
  const full = report.daysToFull === null ? [] : [['Full in', `${count(report.daysToFull)} days`]];
  return [
    figures([
      ['Database', bytes(report.totalBytes)],
      ['Growth per day', bytes(report.bytesPerDay)],
      ['Free on the volume', bytes(report.freeBytes)],
      ...full,
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
        ...(file
          ? []
          : [
              { title: 'Dead rows', number: true, of: (row) => count(row.deadRows) },
              { title: 'Vacuumed', of: (row) => ago(row.vacuumedAt) },
            ]),
      ],
    }),
  ];
}

export async function locks() {
  const report = await get('/operations/database/locks');
  const counted = new Map(report.counts.map((each) => [each.kind, each.count]));
  const kinds = ['deadlock', 'lock-timeout', 'statement-timeout', 'serialization', 'busy'];
  return [
    figures([
      ['Waiting now', count(report.pairs.length)],
      ...(report.deadlocks === null ? [] : [['Deadlocks (server)', count(report.deadlocks)]]),
      ...kinds.map((name) => [`${kind(name)} (this process)`, count(counted.get(name) ?? 0)]),
    ]),
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
        { title: 'Kind', of: (row) => kind(row.kind) },
        { title: 'Statement', wide: true, of: (row) => statementText(row.statement) },
        { title: 'Route', of: (row) => row.route ?? '–' },
        { title: 'Trace', of: (row) => h('code', {}, row.traceId ?? '–') },
        { title: 'When', of: (row) => ago(row.at) },
      ],
    }),
  ];
}
