const formatters = new Map<string, Intl.DateTimeFormat>();

/** The current date in the time zone, as YYYY-MM-DD, which is the Swedish format. */
export function todayIn(zone: string): string {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
    formatters.set(zone, formatter);
  }
  return formatter.format(new Date());
}
