import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import type { ChoiceMap } from './choice-map';
import { DataRegistry } from './data-registry';
import type { Source } from './files';
import { Findings } from './findings';
import { Load } from './load';
import type { Model } from './models';
import { readRecords } from './record-reader';
import { resolve } from './resolve';
import { Stager } from './stager';
import { Staging } from './staging';
import { writeEdges, writeRows } from './write-rows';

export interface LoadOptions {
  map: ChoiceMap;
  /** Fields and models nobody knows are read over. */
  ignoreUnknown?: boolean;
  /** By label: another field than the usual one that names records. */
  naturalKeys?: ReadonlyMap<string, string>;
  onBytes?: (count: number) => void;
}

export interface LoadReport {
  /** Records written, by model. */
  loaded: Record<string, number>;
  /** Records and fields read over. */
  skipped: Record<string, number>;
  /** What was put right, computed or dropped. */
  notes: string[];
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
    const models = this.registry.models(options.naturalKeys);
    return this.database.transaction(async () => {
      const findings = new Findings();
      const staging = new Staging(this.database, models);
      await staging.create();
      const stager = await this.stage(sources, models, staging, findings, options);
      const { counts, unnumbered } = stager;
      const load = new Load(this.database, models, findings, options.map, counts, unnumbered);
      await this.hold(models);
      await resolve(load, stager.contentTypes);
      await this.write(load);
      await staging.remove();
      const [loaded, skipped] = [Object.fromEntries(counts), Object.fromEntries(stager.skipped)];
      return { loaded, skipped, notes: load.notes };
    });
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
    for (const [value, count] of stager.unknownChoices)
      findings.add({ reason: `${value}: neither our list nor the map knows it (${count} records)` });
    findings.settle();
    await staging.analyze();
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
    await this.analyze(load);
    for (const one of rules) await one.settle?.(load);
    for (const one of rules) await one.prove?.(load);
    load.findings.settle('Nothing was changed: what the file holds does not add up');
  }
}
