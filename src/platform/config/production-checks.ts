/** The settings that are judged here. */
interface Judged {
  AUTH_SECRET?: string | undefined;
  PUBLIC_URL: string;
  DEMO_SCHOOL: boolean;
}

const weakestSecretBits = 96;

/** What a laptop may leave open and a school may not; each as a line for the operator. */
export function productionProblemsOf(settings: Judged, said: Record<string, string | undefined>): string[] {
  const { AUTH_SECRET: secret } = settings;
  const problems: [boolean, string][] = [
    [!secret, 'AUTH_SECRET: required in production'],
    [
      secret !== undefined && bitsOf(secret) < weakestSecretBits,
      'AUTH_SECRET: too easy to guess; `openssl rand -base64 48` makes a good one',
    ],
    // Wrong either way: too few, and all of the school is one address to the limits; too many, and callers choose theirs.
    [
      said.TRUST_PROXY_HOPS === undefined,
      'TRUST_PROXY_HOPS: required in production: how many proxies of yours stand in front (0: none)',
    ],
    [!settings.PUBLIC_URL.startsWith('https:'), 'PUBLIC_URL: must be the https address of the school in production'],
    // Its passwords are printed and known to everybody.
    [settings.DEMO_SCHOOL, 'DEMO_SCHOOL: not in production'],
  ];
  return problems.filter(([isOne]) => isOne).map(([, problem]) => problem);
}

/** At most what a text can hold, by its letters: nothing says that they were drawn at random, but `aaaa` and `changeme` were not. */
function bitsOf(secret: string): number {
  const once = secret.slice(0, periodOf(secret));
  const counts = new Map<string, number>();
  for (const letter of once) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / once.length);
  return once.length * shares.reduce((bits, share) => bits - share * Math.log2(share), 0);
}

/** What is written again and again counts once. */
function periodOf(text: string): number {
  const repeats = (period: number): boolean => text.slice(period) === text.slice(0, text.length - period);
  for (let period = 1; period < text.length; period++) if (repeats(period)) return period;
  return text.length;
}
