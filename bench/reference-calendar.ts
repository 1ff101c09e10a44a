const formatters = new Map<string, Intl.DateTimeFormat>();

/** The date on the wall of somebody in `zone`, YYYY-MM-DD. */
export function today(zone: string): string {
  let formatter = formatters.get(zone);
  if (!formatter) formatters.set(zone, (formatter = new Intl.DateTimeFormat('sv-SE', { timeZone: zone })));
  return formatter.format(new Date());
}
