import { createHash } from 'node:crypto';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { currentScope, type CallScope } from '../../../platform/database/scope/call-scope';
import { Database } from '../../../platform/database/database';
import type { Observer } from '../../../platform/database/statements/statement-observers';
import { Histogram } from '../samples/histogram';
import { Incidents } from '../incidents';
import type { Series, Statement } from './statement';
import { isControl, isComplete, normalize } from './statement-text';

const maxTexts = 2_000;
const maxStatements = 500;
const maxSeries = 2_000;
const minRepetitions = 5;
const outsideRequests = 'outside any request';

/**
 * Collects execution times by statement and route. The maps have maximum sizes, so that they do not fill the memory. Statements
 * and routes beyond the limits are counted as "other".
 */
@Injectable()
export class QueryStatistics implements OnModuleInit, OnApplicationShutdown {
  readonly since = new Date();
  readonly statements = new Map<string, Statement>();
  private readonly statementsByText = new Map<string, Statement>();
  private seriesCount = 0;
  /** Durations of the current minute. The sampler takes and resets them. */
  private currentMinute = new Histogram();

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly incidents: Incidents,
  ) {}

  onModuleInit(): void {
    if (this.config.settings.QUERY_STATISTICS) this.database.dialect.observers.add(this.observe);
  }

  onApplicationShutdown(): void {
    this.database.dialect.observers.remove(this.observe);
  }

  /** Returns the durations since the last call. */
  takeMinute(): Histogram {
    const taken = this.currentMinute;
    this.currentMinute = new Histogram();
    return taken;
  }

  /** Runs for every statement of the process, so it only does two lookups and a few additions. */
  private readonly observe: Observer = (sql, durationMs, rows, error) => {
    const scope = currentScope();
    const route = scope?.route ?? outsideRequests;
    const statement = this.statementsByText.get(sql) ?? this.findOrAddStatement(sql);
    const series = statement.series.get(route) ?? this.findOrAddSeries(statement, route);
    series.durations.add(durationMs);
    series.rows += rows;
    this.currentMinute.add(durationMs);
    if (error) this.incidents.addFailure(statement, scope, durationMs, error);
    if (statement.isControl) return;
    if (durationMs >= this.config.settings.SLOW_QUERY_MS)
      this.incidents.addSlowQuery(statement, scope, durationMs, rows);
    if (scope?.kind === 'request') this.countInRequest(statement, scope);
  };

  private countInRequest(statement: Statement, scope: CallScope): void {
    const count = scope.count(statement.id);
    if (count >= minRepetitions) this.incidents.addRepetition(statement, scope, count);
  }

  private findOrAddStatement(sql: string): Statement {
    const text = normalize(sql);
    const id = createHash('sha1').update(text).digest('hex').slice(0, 12);
    const statement = this.statements.get(id) ?? this.addStatement(id, text, sql);
    if (isComplete(sql) && this.statementsByText.size < maxTexts) this.statementsByText.set(sql, statement);
    return statement;
  }

  private addStatement(id: string, text: string, sql: string): Statement {
    if (this.statements.size >= maxStatements) return this.findOrAddOtherStatement();
    const example = isComplete(sql) ? sql : null;
    const statement: Statement = { id, text, example, isControl: isControl(sql), series: new Map() };
    this.statements.set(id, statement);
    return statement;
  }

  /** The statement that counts all statements beyond the limit. It is a control statement, so that it is never planned, and never reported as slow or repeated. */
  private findOrAddOtherStatement(): Statement {
    const id = 'other';
    const known = this.statements.get(id);
    if (known) return known;
    const other: Statement = { id, text: '(other statements)', example: null, isControl: true, series: new Map() };
    this.statements.set(id, other);
    return other;
  }

  private findOrAddSeries(statement: Statement, route: string): Series {
    const isFull = this.seriesCount >= maxSeries;
    const name = isFull ? '(other routes)' : route;
    const known = statement.series.get(name);
    if (known) return known;
    const series = { route: name, durations: new Histogram(), rows: 0 };
    statement.series.set(name, series);
    if (!isFull) this.seriesCount++;
    return series;
  }
}
