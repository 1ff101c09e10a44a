const formatters = new Map<string, Intl.DateTimeFormat>();

/** The current date in `zone`, as YYYY-MM-DD. */
export function today(zone: string): string {
  let formatter = formatters.get(zone);
  if (!formatter) formatters.set(zone, (formatter = new Intl.DateTimeFormat('sv-SE', { timeZone: zone })));
  return formatter.format(new Date());
}
