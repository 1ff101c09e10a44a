import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config';
import { spans, type Collector } from './spans';

/** The last export may take this long, so that a collector that does not respond cannot block the shutdown. */
const closeTimeoutMs = 3_000;

/** Exports traces and metrics to OTEL_EXPORTER_OTLP_ENDPOINT. Without that setting, OpenTelemetry is not loaded. */
@Injectable()
class Telemetry implements OnModuleInit, OnApplicationShutdown {
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
      headers: parseHeaders(settings.OTEL_EXPORTER_OTLP_HEADERS ?? ''),
    });
    spans.collectWith(this.collector);
  }

  /** Exports the remaining spans and metrics before the process ends. */
  async onApplicationShutdown(): Promise<void> {
    if (!this.collector) return;
    spans.collectWith(undefined);
    await Promise.race([this.collector.close(), sleep(closeTimeoutMs, undefined, { ref: false })]);
  }
}

/** Parses `name=value,name=value` with percent-encoded values. */
function parseHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const [name = '', value = ''] = pair.split(/=(.*)/, 2);
    if (name.trim()) headers[name.trim()] = decodeURIComponent(value.trim());
  }
  return headers;
}

@Module({ providers: [Telemetry] })
export class TelemetryModule {}
