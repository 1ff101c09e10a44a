const wholeNumber = new Intl.NumberFormat('en');
const oneDecimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'];

export const count = (value) => (value === null || value === undefined ? '–' : wholeNumber.format(Math.round(value)));

export function bytes(value) {
  if (value === null || value === undefined) return '–';
  const sign = value < 0 ? '−' : '';
  const size = Math.abs(value);
  const exponent = size < 1_024 ? 0 : Math.min(4, Math.floor(Math.log2(size) / 10));
  return `${sign}${oneDecimal.format(size / 1_024 ** exponent)} ${byteUnits[exponent]}`;
}

export function duration(ms) {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1) return `${(ms * 1_000).toFixed(0)} µs`;
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  if (ms < 1_000) return `${ms.toFixed(0)} ms`;
  if (ms < 120_000) return `${oneDecimal.format(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${oneDecimal.format(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${oneDecimal.format(ms / 3_600_000)} h`;
  return `${oneDecimal.format(ms / 86_400_000)} d`;
}

export const time = (iso) =>
  iso ? new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }) : '–';
export const ago = (iso) => (iso ? `${duration(Math.max(0, Date.now() - new Date(iso).getTime()))} ago` : '–');
export const until = (iso) => (iso ? `in ${duration(Math.max(1, new Date(iso).getTime() - Date.now()))}` : '–');
export const capitalize = (word) => word.replace(/^./, (letter) => letter.toUpperCase());
/** `missing-index` → `Missing index` */
export const kindTitle = (kind) => capitalize(kind.replaceAll('-', ' '));
