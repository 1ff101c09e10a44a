import type { Cell } from '../database/bulk';
import { cellOf, hasUnstorable, shown, Unfit } from './cells';
import type { ChoiceMap } from './choice-map';
import type { Fields } from './data-rules';
import { canonical, compact, parseExactly, writeJson } from './exact-json';
import type { Findings } from './findings';
import { stageOf } from './load';
import type { Field, Model } from './models';
import type { RawRecord } from './record-reader';
import { planOf, type PlacedChoice, type PlacedField, type Plan } from './record-plan';
import { isNamed, originalsStage, type Staging } from './staging';
import { Strangers } from './strangers';

/** What a dump of the other system holds beside its school: counted and left. */
const otherApps = new Set(['auth', 'contenttypes', 'sessions', 'admin', 'authtoken']);

interface Parsed {
  model: string;
  pk?: unknown;
  fields: Fields;
}

export interface StagerOptions {
  ignoreUnknown: boolean;
  map: ChoiceMap;
}

/** Turns records into staged rows; what is wrong with them is collected, with its place. */
export class Stager {
  readonly counts = new Map<string, number>();
  readonly skipped = new Map<string, number>();
  /** Values of fields with a list that are not in it. */
  readonly strangers = new Strangers();
  /** What was made into ours on the way, by what is said of it. */
  private readonly adoptions = new Map<string, number>();
  /** Models with records that came without a number. */
  readonly unnumbered = new Set<string>();
  readonly contentTypes = new Map<string, string>();
  private readonly plans: Map<string, Plan>;
  private place = 0;
  private isOurFile = false;

  constructor(
    models: readonly Model[],
    private readonly staging: Staging,
    private readonly findings: Findings,
    private readonly options: StagerOptions,
  ) {
    this.plans = new Map(models.map((model) => [model.label, planOf(model)]));
  }

  add(raw: RawRecord): void {
    this.place++;
    const record = this.parse(raw);
    if (!record) return;
    const label = record.model.toLowerCase();
    const plan = this.plans.get(label);
    if (!plan) return this.other(label, record, raw.line);
    count(this.counts, label);
    const row = plan.blank.slice();
    row[0] = this.place;
    row[1] = raw.line;
    const refuse = this.refusing(plan.model, record, raw.line);
    const fields = this.adopt(plan, withExactJson(plan, raw.text, record.fields), row, refuse);
    if (!fields) return;
    this.pk(plan, record.pk, row, refuse);
    this.fill(plan, fields, row, refuse);
    this.edges(plan, fields, row, refuse);
    this.staging.add(plan.stage, row);
  }

  /** What the person who loads should know, in their words. */
  get notes(): string[] {
    return [...[...this.adoptions].map(([what, times]) => `${what} (${times})`), ...this.strangers.notes()];
  }

  private refusing({ label, naturalKey }: Model, { pk, fields }: Parsed, line: number): Refuse {
    const place = this.place;
    return (reason, field, kind) => {
      const name = naturalKey ? fields[naturalKey] : undefined;
      const number = typeof pk === 'number' || typeof pk === 'string' ? `pk ${pk}` : undefined;
      const record = typeof name === 'string' ? name : number;
      this.findings.add({ ...{ line, place, record, model: label, field, reason }, kind });
    };
  }

  private parse({ text, line }: RawRecord): Parsed | null {
    const place = this.place;
    try {
      const record = JSON.parse(text) as { model?: unknown; pk?: unknown; fields?: unknown };
      const isRecord = typeof record.model === 'string' && typeof record.fields === 'object' && record.fields !== null;
      if (isRecord && !Array.isArray(record.fields)) {
        const suspicious = text.includes('\\u') && /\\u(0000|[dD][89a-fA-F])/.test(text) && hasUnstorable(record);
        if (!suspicious) return record as Parsed;
        this.findings.add({
          line,
          place,
          model: record.model as string,
          reason: 'holds a NUL character, or half a surrogate pair',
        });
        return null;
      }
      this.findings.add({ line, place, reason: 'no record: it needs "model" and "fields"' });
    } catch (error) {
      this.findings.add({ line, place, kind: 'not JSON', reason: `not JSON: ${(error as Error).message}` });
    }
    return null;
  }

  private other(label: string, { pk, fields }: Parsed, line: number): void {
    const app = label.split('.')[0] as string;
    if (!otherApps.has(app) && !this.options.ignoreUnknown)
      return this.findings.add({ line, place: this.place, model: label, reason: 'unknown model' });
    count(this.skipped, label);
    if (label === 'contenttypes.contenttype' && typeof pk === 'number')
      this.contentTypes.set(String(pk), `${String(fields.app_label)}.${String(fields.model)}`);
  }

  /** The record in our fields, whether it came with them or not. */
  private adopt({ model, choices, ownNames }: Plan, given: Fields, row: Cell[], refuse: Refuse): Fields | null {
    const { foreign } = model;
    const place = row[0] as number;
    const ours = !foreign || ownNames.some((name) => Object.hasOwn(given, name));
    row[2] = ours;
    // Models of which nothing is ours alone stand after one that tells.
    this.isOurFile ||= ours;
    const keep = (field: string, made: unknown, theirs: unknown): void => {
      if (!this.isOurFile) this.keep(model.label, place, field, made, theirs);
    };
    const fields = choices.length > 0 ? this.translate(given, choices, keep) : given;
    if (ours || !foreign?.adopt) return fields;
    const kept = new Set<string>();
    const adopted = foreign.adopt(fields, {
      ignoreUnknown: this.options.ignoreUnknown,
      keepOriginal: (field) => kept.add(field),
      note: (what) => count(this.adoptions, `${model.label}: ${what}`),
    });
    if (typeof adopted === 'string') {
      refuse(adopted);
      return null;
    }
    for (const name of kept) keep(name, adopted[name], fields[name]);
    return adopted;
  }

  private translate(fields: Fields, choices: readonly PlacedChoice[], keep: Keep): Fields {
    const { map } = this.options;
    for (const { name, path, known, open } of choices) {
      const value = fields[name];
      if (typeof value !== 'string') continue;
      const word = map.toOurs(path, value) ?? value;
      fields[name] = word;
      const isKnown = typeof known === 'function' ? known(word) : known.includes(word);
      if (!isKnown) this.strangers.add(path, value, { known, open: open ?? false });
      // Two of their words became one of ours: which of them it was, the map alone cannot say.
      if (map.toTheirs(path, word) !== value) keep(name, word, value);
    }
    return fields;
  }

  /** What stood there before it was made into ours, for the way back. */
  private keep(label: string, place: number, field: string, ours: unknown, theirs: unknown): void {
    this.staging.add(originalsStage, [place, label, field, canonical(ours), writeJson(theirs, compact)]);
  }

  private pk({ model, pkAt }: Plan, pk: unknown, row: Cell[], refuse: Refuse): void {
    if (pk === undefined || pk === null) return void this.unnumbered.add(model.label);
    if (!model.pk) return refuse('has no number of its own', 'pk');
    if (!Number.isSafeInteger(pk) || (pk as number) < 1)
      return refuse(`${shown(pk)} is no number of a record`, 'pk', 'is no number of a record');
    row[3] = pk as number;
    row[pkAt] = pk as number;
  }

  private fill(plan: Plan, fields: Fields, row: Cell[], refuse: Refuse): void {
    for (const name of Object.keys(fields)) {
      const field = plan.fields.get(name);
      if (field) cell(plan.model, field, fields[name], row, refuse);
      else if (!this.isReadOver(plan.model, name, fields[name])) refuse('unknown field', name);
    }
    for (const name of plan.required) if (!Object.hasOwn(fields, name)) refuse('missing', name);
  }

  private isReadOver({ foreign, manyToMany, label }: Model, name: string, value: unknown): boolean {
    if (manyToMany.some(({ field }) => field === name)) return true;
    if (!foreign?.dropped?.includes(name) && !this.options.ignoreUnknown) return false;
    if (!Array.isArray(value) || value.length > 0) count(this.skipped, `${label}.${name}`);
    return true;
  }

  private edges({ model }: Plan, fields: Fields, row: Cell[], refuse: Refuse): void {
    for (const { field, table } of model.manyToMany) {
      const ids = fields[field] ?? [];
      if (!Array.isArray(ids) || !ids.every(Number.isSafeInteger)) {
        refuse(`${shown(ids)} is no list of numbers`, field, 'is no list of numbers');
        continue;
      }
      for (const id of new Set(ids as number[]))
        this.staging.add(stageOf(table), [row[0] as number, row[1] as number, null, id]);
    }
  }
}

type Keep = (field: string, ours: unknown, theirs: unknown) => void;
type Refuse = (reason: string, field?: string, kind?: string) => void;

function cell(model: Model, field: PlacedField, value: unknown, row: Cell[], refuse: Refuse): void {
  const { column, name, at, keyAt, isKind } = field;
  try {
    const key = Array.isArray(value) && column.kind !== 'json' ? keyOf(model, field, value) : null;
    // A kind of object given by its number waits until the whole file was read: `#12`.
    if (key === null) row[at] = cellOf(isKind && typeof value === 'number' ? `#${value}` : value, column);
    else if (key.isKind) row[at] = key.text;
    else [row[at], row[keyAt]] = [null, key.text];
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    refuse(error.message, name, error.kind);
  }
}

/** Numbers in JSON fields stay as they were written. The fraction of a time (`…:00.100Z`) is no such number. */
function withExactJson({ model, floats, hasJson }: Plan, text: string, fields: Fields): Fields {
  if (!hasJson) return fields;
  const rest = floats && !hidesFloats(floats, text, fields) ? text.replace(floats.all, '') : text;
  if (!/\d\.\d*0(?![\dZ])|[\d.][eE][+-]?\d|\d{16}|-0(?![.\d])/.test(rest)) return fields;
  const exact = (parseExactly(text) as { fields: Fields }).fields;
  const json = model.fields.filter(({ column, name }) => column.kind === 'json' && Object.hasOwn(exact, name));
  return { ...fields, ...Object.fromEntries(json.map(({ name }) => [name, exact[name]])) };
}

/** Whether there are more of these names than the fields explain: the others stand within JSON. */
const hidesFloats = ({ all, names }: NonNullable<Plan['floats']>, text: string, fields: Fields): boolean =>
  (text.match(all)?.length ?? 0) > names.filter((name) => typeof fields[name] === 'number').length;

/** A list in the place of one value: the name of what is referred to, or a kind of object. */
function keyOf(model: Model, field: Field, value: unknown[]): { text: string; isKind: boolean } {
  const related = model.foreign?.relatedObject;
  const texts = value.every((part) => typeof part === 'string') ? value : [];
  if (related?.type === field.name && texts.length === 2) return { text: texts.join('.'), isKind: true };
  if ((isNamed(field) || related?.id === field.name) && texts.length === 1)
    return { text: texts[0] as string, isKind: false };
  throw new Unfit('names nothing', value);
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
