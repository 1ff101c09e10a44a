/** The AUTH_SECRET of every school. */
export const authSecret = 'a secret for tests that is long enough';

interface SentRequest {
  method: string;
  url: string;
  body: string | undefined;
  token: string | null;
  username: string;
}

/** Operations whose response contains a new secret for the caller, once. */
const issuesSecrets = [
  /^POST \/api\/v1\/auth\//,
  /^POST \/api\/v1\/me\/(?:api-keys|second-factor|passkeys|password|notifications\/stream-tickets)/,
  /^PUT \/api\/v1\/me\/(?:second-factor|password)/,
  /^POST \/api\/v1\/users\/\d+\/password-reset/,
];
/** Operations that show the address of the caller, and no other. */
const showsOwnAddress = / \/api\/v1\/(?:auth\/|me(?:$|\?))/;
/** Operations that show the addresses of other people. Only administrators may call them. */
const showsAddresses = [/ \/api\/v1\/(?:users|teachers|operations|administration)\b/];

const passwordHash = /\$argon2|pbkdf2_sha256\$/;
const accessToken = /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/;
const apiKey = /\bteoart_\d+_[\w-]{43}/;
/** The addresses that tests give to people. Without the first test, a body of 5 MB without `@` would take minutes. */
const address = /[\w.+-]{1,64}@(?:school|mail)\.test\b/gi;
const addressesIn = (text: string): string[] =>
  /@(?:school|mail)\.test/i.test(text) ? [...text.matchAll(address)].map(([found]) => found.toLowerCase()) : [];
const sentPassword = /"(?:password|newPassword|currentPassword)":"([^"\\]{15,})"/g;

/**
 * Searches every response to a `Client` and every line of the log for secrets, password hashes and the addresses of others. The log
 * may contain no address at all.
 */
export class LeakScanner {
  private readonly passwords = new Set<string>();
  /** By token of the client: the addresses that it sent, for example at its registration. */
  private readonly ownAddresses = new Map<string | null, Set<string>>();
  private logText = '';

  /** Receives a line of the log. */
  write = (line: string): void => void (this.logText += line);

  requireNoLeak(request: SentRequest, content: string | undefined): void {
    const { method, url, body = '' } = request;
    for (const [, password] of body.matchAll(sentPassword)) this.passwords.add(password!);
    if (content === undefined) return;
    const operation = `${method} ${url}`;
    const leak = this.findSecret(operation, content) ?? this.findAddress(request, operation, content);
    if (leak) throw new Error(`The response of ${operation} contains ${leak}:\n${content.slice(0, 2_000)}`);
  }

  /** Forgets the log, so that the next school of the file starts with an empty one. */
  requireCleanLog(): void {
    const text = this.logText;
    this.logText = '';
    const leak = findIssuedSecret(text) ?? this.findKnownSecret(text) ?? addressesIn(text)[0];
    if (leak)
      throw new Error(`The log contains ${leak}: ${text.split('\n').find((line) => line.includes(leak)) ?? ''}`);
  }

  private findSecret(operation: string, content: string): string | undefined {
    const known = this.findKnownSecret(content);
    if (known || issuesSecrets.some((pattern) => pattern.test(operation))) return known;
    return findIssuedSecret(content);
  }

  private findKnownSecret(content: string): string | undefined {
    return (
      [authSecret, ...this.passwords].find((secret) => content.includes(secret)) ?? passwordHash.exec(content)?.[0]
    );
  }

  private findAddress(
    { body = '', url, token, username }: SentRequest,
    operation: string,
    content: string,
  ): string | undefined {
    const own = this.ownAddresses.get(token) ?? new Set<string>();
    this.ownAddresses.set(token, own);
    for (const sent of addressesIn(`${url.replaceAll('%40', '@')} ${body}`)) own.add(sent);
    if (showsAddresses.some((pattern) => pattern.test(operation))) return undefined;
    const shown = addressesIn(content);
    const foreign = shown.filter((text) => !own.has(text) && text.split('@')[0] !== username.toLowerCase());
    const allowedCount = showsOwnAddress.test(operation) ? 1 : 0;
    return [...new Set(foreign)][allowedCount];
  }
}

const findIssuedSecret = (content: string): string | undefined =>
  (accessToken.exec(content) ?? apiKey.exec(content))?.[0];
