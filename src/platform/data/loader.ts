import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import type { ChoiceMap } from './choice-map';
import { DataRegistry } from './data-registry';
import type { Source } from './files';
import { DataRefused, Findings } from './findings';
import { Load, type Merge } from './load';
import { refuseLivingSchool } from './living-school';
import { dropWhatIsThere } from './merge';
import type { Model } from './models';
import { writeOriginals } from './originals';
import { readRecords } from './record-reader';
import { refusalOf } from './refusal';
import { resolve } from './resolve';
import { Stager } from './stager';
import { Staging } from './staging';
import type { Strangers } from './strangers';
import { writeEdges, writeRows } from './write-rows';

export interface LoadOptions {
  map: ChoiceMap;
  /** Fields and models nobody knows are read over. */
  ignoreUnknown?: boolean;
  /** By label: another field than the usual one that names records. */
  naturalKeys?: ReadonlyMap<string, string>;
  /** Adds to a school that lives; left out, the school must be empty. */
  merge?: Merge;
  onBytes?: (count: number) => void;
}

export interface LoadReport {
  /** Records written, by model. */
  loaded: Record<string, number>;
  /** Records that were there already, and stayed as they are. */
  kept: Record<string, number>;
  /** Records and fields read over. */
  skipped: Record<string, number>;
  /** What was put right, computed or dropped. */
  notes: string[];
}

/** What a load would do, or why it would not; and a map for the words that are not ours, to fill in. */
export interface LoadPlan {
  report?: LoadReport;
  refused?: DataRefused;
  skeleton: Record<string, Record<string, string>>;
}

/** Ends the transaction of a plan. */
class TakenBack extends Error {
  constructor(readonly report: LoadReport) {
    super('Taken back');
  }
}

/** @throws DataRefused for what is wrong with single records */
function settle(stager: Stager, findings: Findings): void {
  stager.strangers.refuse(findings);
  findings.settle();
}

/**
 * Files into the database, in one transaction: all rows are staged, looked at as a whole, and then written in the order of
 * their references. Whatever is wrong, and wherever the process dies, nothing is changed.
 */
@Injectable()
export class Loader {
  constructor(
    private readonly database: Database,
    private readonly registry: DataRegistry,
  ) {}

  /** @throws DataRefused */
  async load(sources: readonly Source[], options: LoadOptions): Promise<LoadReport> {
    return this.inTransaction(async () => (await this.read(sources, options)).done);
  }

  /** What `load` would do; nothing is written. */
  async plan(sources: readonly Source[], options: LoadOptions): Promise<LoadPlan> {
    let skeleton: LoadPlan['skeleton'] = {};
    try {
      await this.inTransaction(async () => {
        const { done } = await this.read(sources, options, (strangers) => (skeleton = strangers.skeleton()));
        throw new TakenBack(done);
      });
      throw new Error('A plan is never committed');
    } catch (error) {
      if (error instanceof TakenBack) return { report: error.report, skeleton };
      if (error instanceof DataRefused) return { refused: error, skeleton };
      throw error;
    }
  }

  /** What the engine refuses is said in words of the school. */
  private async inTransaction<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.database.transaction(work);
    } catch (error) {
      throw refusalOf(this.database, this.registry.models(), error) ?? error;
    }
  }

  private async read(
    sources: readonly Source[],
    options: LoadOptions,
    staged: (strangers: Strangers) => void = () => undefined,
  ): Promise<{ done: LoadReport }> {
    const models = this.registry.models(options.naturalKeys);
    const findings = new Findings();
    const staging = new Staging(this.database, models);
    if (!options.merge) await refuseLivingSchool(this.database, models);
    await staging.create();
    const stager = await this.stage(sources, models, staging, findings, options);
    staged(stager.strangers);
    settle(stager, findings);
    await staging.analyze();
    const load = new Load(this.database, models, findings, options.map, stager, options.merge ?? null);
    await this.hold(models);
    if (!options.merge) await refuseLivingSchool(this.database, models);
    await resolve(load, stager.contentTypes);
    const kept = load.merging ? await dropWhatIsThere(load) : {};
    await this.write(load);
    await staging.remove();
    const [loaded, skipped] = [Object.fromEntries(load.counts), Object.fromEntries(stager.skipped)];
    return { done: { loaded, kept, skipped, notes: [...stager.notes, ...load.notes] } };
  }

  private async stage(
    sources: readonly Source[],
    models: readonly Model[],
    staging: Staging,
    findings: Findings,
    options: LoadOptions,
  ): Promise<Stager> {
    const ignoreUnknown = options.ignoreUnknown ?? false;
    const stager = new Stager(models, staging, findings, { ignoreUnknown, map: options.map });
    for (const source of sources)
      for await (const records of readRecords(source.open(options.onBytes)))
        for (const record of records) {
          stager.add(record);
          if (staging.isFull) await staging.flush();
        }
    await staging.flush();
    return stager;
  }

  /** What is looked at must stay as it is until the end. */
  private async hold(models: readonly Model[]): Promise<void> {
    const statement = this.database.dialect.bulk.hold(models.map(({ table }) => table.name));
    if (statement) await this.database.run(statement);
  }

  /** The planner knows nothing yet of the rows of this transaction, and would join them as if there were none. */
  private async analyze(load: Load): Promise<void> {
    for (const { label, table } of load.models) {
      const statement = load.has(label) && this.database.dialect.bulk.analyze(table.name);
      if (statement) await this.database.run(statement);
    }
  }

  private async write(load: Load): Promise<void> {
    const { rules } = this.registry;
    for (const one of rules) await one.check?.(load);
    load.findings.settle();
    for (const model of load.models) {
      if (load.has(model.label)) await writeRows(load, model);
      load.findings.settle();
    }
    for (const model of load.models) if (load.has(model.label)) await writeEdges(load, model);
    load.findings.settle();
    await writeOriginals(load);
    await this.analyze(load);
    for (const one of rules) await one.settle?.(load);
    for (const one of rules) await one.prove?.(load);
    load.findings.settle('Nothing was changed: what the file holds does not add up');
  }
}
