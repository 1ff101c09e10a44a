import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LinkTokens } from '../auth/link-tokens';
import { Config } from '../config/config';
import type { ExportFields } from '../data/data-rules';
import { globalPrefix } from '../http/location';
import { Clock } from '../time/clock';
import type { FileVariant } from './stored-file.entity';

const purpose = 'file';
/** An address is the same within one window, so that browsers keep the picture, and it works for one to two windows. */
const windowSeconds = 3_600;
/** `file:12.0123456789abcdef0123456789abcdef.320` */
const referenceSource = String.raw`file:(\d{1,16})\.([0-9a-f]{32})\.(320|960|1920|original)`;
const reference = new RegExp(`^${referenceSource}$`);
const referencesInJson = new RegExp(`"${referenceSource}"`, 'g');

/** Names a stored file without a statement: its id and its random key, which makes the address of another file useless. */
export interface FileRef {
  id: number;
  objectKey: string;
}

/** Makes and checks addresses of files. Who has an address may read the file until it expires, without signing in. */
@Injectable()
export class FileAddresses {
  private readonly base: string;

  constructor(
    config: Config,
    private readonly tokens: LinkTokens,
    private readonly clock: Clock,
  ) {
    this.base = `${config.publicUrl}/${globalPrefix}/files`;
  }

  /** Needs no statement, so lists can carry addresses. */
  of(file: FileRef, variant: FileVariant): string {
    const expires = this.expiry();
    const signature = this.sign(file, variant, expires);
    return `${this.base}/${file.id}/content?variant=${variant}&expires=${expires}&signature=${signature}`;
  }

  /**
   * What to show for a column that holds a reference to a file, or the link of an imported school. Text that is no reference stays as it
   * is. Responses need it only for another variant than that of the reference, because `inJson` replaces all references.
   */
  shown(stored: string, variant: FileVariant): string {
    const file = readReference(stored);
    return file ? this.of(file, variant) : stored;
  }

  /** True for an address of the file that the reference names, which a client that sends a whole object back has got from us. */
  isAddressOf(stored: string, url: string): boolean {
    const file = readReference(stored);
    return file !== null && url.startsWith(`${this.base}/${file.id}/content?`);
  }

  /**
   * Replaces the references in a response by addresses. It is done in the text of the response, so that cached answers and lists that
   * the database has written as JSON may hold references. The key of a file is never shown, so nobody can write a reference.
   */
  inJson(json: string): string {
    if (!json.includes('"file:')) return json;
    return json.replace(referencesInJson, (_text, id: string, objectKey: string, variant: FileVariant) =>
      JSON.stringify(this.of({ id: Number(id), objectKey }, variant)),
    );
  }

  isValid(file: FileRef, variant: FileVariant, expires: number, signature: string): boolean {
    const expected = Buffer.from(this.sign(file, variant, expires));
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  /** The time in seconds at which addresses of now end. */
  expiry(): number {
    return (Math.floor(this.clock.now().getTime() / 1_000 / windowSeconds) + 2) * windowSeconds;
  }

  private sign({ id, objectKey }: FileRef, variant: FileVariant, expires: number): string {
    return this.tokens.create(purpose, `${id}.${objectKey}.${variant}.${expires}`);
  }
}

/** The text that a column holds, with the variant that responses show. It has 64 characters at most. */
export const referenceTo = ({ id, objectKey }: FileRef, variant: FileVariant): string =>
  `file:${id}.${objectKey}.${variant}`;

/** The same file in another variant, for responses that show several. Text that is no reference stays as it is. */
export const inVariant = (stored: string, variant: FileVariant): string =>
  reference.test(stored) ? stored.replace(/[^.]*$/, variant) : stored;

/** The file that a reference names; null if the text is no reference. */
export function readReference(stored: unknown): FileRef | null {
  const [, id, objectKey] = reference.exec(String(stored)) ?? [];
  return id === undefined || objectKey === undefined ? null : { id: Number(id), objectKey };
}

/**
 * For exports to the other system, which cannot read our files: a reference becomes an empty text, and an item of a list whose `url` is a
 * reference is left out.
 */
export const withoutReferences =
  (...names: string[]): ExportFields =>
  (records) => {
    for (const { fields } of records) for (const name of names) fields[name] = withoutReference(fields[name]);
    return Promise.resolve();
  };

function withoutReference(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item: { url?: unknown } | null) => !readReference(item?.url));
  return readReference(value) ? '' : value;
}
