import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Histogram,
  type Span,
} from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  RandomIdGenerator,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { currentSpan, type Collector, type IncomingRequest, type RequestSpan } from './spans';

interface OtlpOptions {
  endpoint: string;
  serviceName: string;
  sampleRatio: number;
  metricIntervalMs: number;
  headers: Record<string, string>;
}

const traceparentPattern = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;
const bucketBoundariesSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Gives the next span the trace id that the response and the log lines of its request already have. */
class PresetTraceIds extends RandomIdGenerator {
  next: string | undefined;
  private readonly generateRandomTraceId = this.generateTraceId;
  override generateTraceId = (): string => this.next ?? this.generateRandomTraceId();
}

/** Exports spans and metrics over OTLP/HTTP with OpenTelemetry. This file is loaded only if OTEL_EXPORTER_OTLP_ENDPOINT is set. */
export function otlpCollector(options: OtlpOptions): Collector {
  const traceIds = new PresetTraceIds();
  const tracers = tracerProvider(options, traceIds);
  const meters = meterProvider(options);
  const tracer = tracers.getTracer('teoart');
  const meter = meters.getMeter('teoart');
  const histogramOptions = { unit: 's', advice: { explicitBucketBoundaries: bucketBoundariesSeconds } };
  const requests = meter.createHistogram('http.server.request.duration', histogramOptions);
  const statements = meter.createHistogram('db.client.operation.duration', histogramOptions);
  return {
    startRequest: (incoming) => {
      traceIds.next = incoming.traceId;
      const attributes = { 'http.request.method': incoming.method, 'url.path': incoming.path };
      const span = tracer.startSpan(incoming.method, { kind: SpanKind.SERVER, attributes }, parentOf(incoming));
      traceIds.next = undefined;
      return new OtlpRequestSpan(span, requests, incoming.method);
    },
    recordStatement: (sql, durationMs) => {
      const operation = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? 'UNKNOWN';
      statements.record(durationMs / 1_000, { 'db.operation.name': operation });
      const parent = currentSpan.getStore() as Span | undefined;
      if (!parent?.isRecording()) return;
      const attributes = { 'db.operation.name': operation, 'db.query.text': sql };
      const startTime = Date.now() - durationMs;
      const parentContext = trace.setSpan(ROOT_CONTEXT, parent);
      tracer.startSpan(operation, { kind: SpanKind.CLIENT, attributes, startTime }, parentContext).end();
    },
    close: async () => {
      await Promise.allSettled([tracers.shutdown(), meters.shutdown()]);
    },
  };
}

class OtlpRequestSpan implements RequestSpan {
  private readonly startedAtMs = performance.now();

  constructor(
    private readonly span: Span,
    private readonly durations: Histogram,
    private readonly method: string,
  ) {}

  run<T>(work: () => T): T {
    return currentSpan.run(this.span, work);
  }

  end({ status, route }: { status: number; route?: string | undefined }): void {
    const attributes: Attributes = { 'http.response.status_code': status };
    if (route) attributes['http.route'] = route;
    const durationSeconds = (performance.now() - this.startedAtMs) / 1_000;
    this.durations.record(durationSeconds, { 'http.request.method': this.method, ...attributes });
    this.span.setAttributes(attributes);
    if (route) this.span.updateName(`${this.method} ${route}`);
    if (status >= 500) this.span.setStatus({ code: SpanStatusCode.ERROR });
    this.span.end();
  }
}

/** The span of the caller, or no span if the caller sent no valid `traceparent` header. */
function parentOf({ traceId, traceparent }: IncomingRequest) {
  const [, callerTraceId, spanId, flags] = traceparentPattern.exec(traceparent ?? '') ?? [];
  if (callerTraceId !== traceId || !spanId) return ROOT_CONTEXT;
  const traceFlags = parseInt(flags!, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

const resourceOf = ({ serviceName }: OtlpOptions) => resourceFromAttributes({ 'service.name': serviceName });

function tracerProvider(options: OtlpOptions, idGenerator: RandomIdGenerator): BasicTracerProvider {
  const { endpoint, headers, sampleRatio } = options;
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, headers });
  return new BasicTracerProvider({
    resource: resourceOf(options),
    idGenerator,
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
}

function meterProvider(options: OtlpOptions): MeterProvider {
  const { endpoint, headers, metricIntervalMs: exportIntervalMillis } = options;
  const exporter = new OTLPMetricExporter({ url: `${endpoint}/v1/metrics`, headers });
  const exportTimeoutMillis = Math.min(exportIntervalMillis, 10_000);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis });
  return new MeterProvider({ resource: resourceOf(options), readers: [reader] });
}
