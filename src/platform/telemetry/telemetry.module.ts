import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config';
import { spans, type Collector } from './spans';

/** A collector that does not answer holds no process. */
const patienceMs = 3_000;

/** Traces and metrics by OTLP, where OTEL_EXPORTER_OTLP_ENDPOINT says to whom. Elsewhere nothing of it is loaded. */
@Injectable()
export class Telemetry implements OnModuleInit, OnApplicationShutdown {
  private collector: Collector | undefined;

  constructor(private readonly config: Config) {}

  onModuleInit(): void {
    const { settings } = this.config;
    if (!settings.OTEL_EXPORTER_OTLP_ENDPOINT) return;
    const { otlpCollector } = require('./otlp') as typeof import('./otlp');
    this.collector = otlpCollector({
      endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, ''),
      serviceName: settings.OTEL_SERVICE_NAME,
      sampleRatio: settings.OTEL_TRACES_SAMPLER_ARG,
      metricIntervalMs: settings.OTEL_METRIC_EXPORT_INTERVAL,
      headers: headersIn(settings.OTEL_EXPORTER_OTLP_HEADERS ?? ''),
    });
    spans.collectWith(this.collector);
  }

  /** What is still held leaves before the process does. */
  async onApplicationShutdown(): Promise<void> {
    if (!this.collector) return;
    spans.collectWith(undefined);
    await Promise.race([this.collector.close(), sleep(patienceMs, undefined, { ref: false })]);
  }
}

/** `name=value,name=value`, values percent-encoded. */
function headersIn(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.split(/=(.*)/, 2).map((part) => part.trim()));
  return Object.fromEntries(
    pairs.filter(([name]) => name).map(([name, value]) => [name, decodeURIComponent(value ?? '')]),
  );
}

@Module({ providers: [Telemetry] })
export class TelemetryModule {}
