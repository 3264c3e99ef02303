package hooks

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/plugin"
)

// scopeName is the name of the tracer and the meter.
const scopeName = "github.com/litestone-go/orm/hooks"

// Names of the semantic conventions for databases
// (https://opentelemetry.io/docs/specs/semconv/database/), and one of our own.
const (
	keySystem       = attribute.Key("db.system.name")
	keyOperation    = attribute.Key("db.operation.name")
	keyCollection   = attribute.Key("db.collection.name")
	keyNamespace    = attribute.Key("db.namespace")
	keyRows         = attribute.Key("db.response.returned_rows")
	keyErrorType    = attribute.Key("error.type")
	keyTransaction  = attribute.Key("litestone.transaction")
	metricDuration  = "db.client.operation.duration"
	metricRows      = "db.client.response.returned_rows"
	errorTypeOthers = "_OTHER"
)

// Option changes what OpenTelemetry does.
type Option func(*telemetry)

// WithTracerProvider says who makes the spans.
// Defaults to the global provider, otel.GetTracerProvider.
func WithTracerProvider(p trace.TracerProvider) Option { return func(t *telemetry) { t.traces = p } }

// WithMeterProvider says who keeps the metrics.
// Defaults to the global provider, otel.GetMeterProvider.
func WithMeterProvider(p metric.MeterProvider) Option { return func(t *telemetry) { t.metrics = p } }

// WithoutSpans leaves the spans out.
func WithoutSpans() Option { return func(t *telemetry) { t.noSpans = true } }

// WithoutMetrics leaves the metrics out.
func WithoutMetrics() Option { return func(t *telemetry) { t.noMetrics = true } }

// WithAttributes adds to every span and every measurement, as the service's shard.
func WithAttributes(a ...attribute.KeyValue) Option {
	return func(t *telemetry) { t.own = append(t.own, a...) }
}

// OpenTelemetry makes a plugin that traces and measures the calls of a client. It uses OpenTelemetry's
// API only: the program brings the SDK and its exporters.
//
// Each call makes a client span named after it, as "users.findMany", below the span of its context;
// calls in a transaction stand below the span of the transaction. It has the attributes db.system.name
// (sqlite), db.operation.name, db.collection.name (the table), db.namespace (the database's name in the
// schema), db.response.returned_rows (rows answered or changed) and litestone.transaction. A call that
// fails has the status error and the attribute error.type, which is the error's code.
//
// Measured are db.client.operation.duration (seconds; the whole call, with the waiting for locks, the
// hooks and the decoding) and db.client.response.returned_rows, with the same attributes but the rows.
//
// A provider that makes no instruments fails Open.
func OpenTelemetry(options ...Option) plugin.Plugin {
	t := &telemetry{traces: otel.GetTracerProvider(), metrics: otel.GetMeterProvider()}
	for _, o := range options {
		o(t)
	}
	return t
}

// telemetry is the plugin.
type telemetry struct {
	traces             trace.TracerProvider
	metrics            metric.MeterProvider
	noSpans, noMetrics bool
	own                []attribute.KeyValue

	tracer   trace.Tracer
	duration metric.Float64Histogram
	rows     metric.Int64Histogram
}

// Name implements plugin.Plugin.
func (t *telemetry) Name() string { return "opentelemetry" }

// Init implements plugin.Initializer.
func (t *telemetry) Init(context.Context, plugin.Host) (err error) {
	t.tracer = t.traces.Tracer(scopeName)
	meter := t.metrics.Meter(scopeName)
	t.duration, err = meter.Float64Histogram(metricDuration, metric.WithUnit("s"),
		metric.WithDescription("Duration of calls on tables."),
		metric.WithExplicitBucketBoundaries(0.00001, 0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10))
	if err != nil {
		return err
	}
	t.rows, err = meter.Int64Histogram(metricRows, metric.WithUnit("{row}"),
		metric.WithDescription("Rows that calls answered or changed."),
		metric.WithExplicitBucketBoundaries(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000))
	return err
}

// ObserveOperation implements plugin.OperationObserver.
func (t *telemetry) ObserveOperation(ctx context.Context, o plugin.Operation) (context.Context, func(plugin.Outcome)) {
	attrs := t.attributes(&o)
	var span trace.Span
	if !t.noSpans {
		ctx, span = t.tracer.Start(ctx, spanName(&o), trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attrs...),
			trace.WithAttributes(keyTransaction.Bool(o.Transaction)))
	}
	begun := time.Now()
	return ctx, func(out plugin.Outcome) {
		took := time.Since(begun)
		if out.Err != nil {
			attrs = append(attrs, keyErrorType.String(errorType(out.Err)))
		}
		if span != nil {
			t.endSpan(span, &o, out)
		}
		if !t.noMetrics {
			set := metric.WithAttributes(attrs...)
			t.duration.Record(ctx, took.Seconds(), set)
			if out.Err == nil && countsRows(&o) {
				t.rows.Record(ctx, out.Rows, set)
			}
		}
	}
}

func (t *telemetry) endSpan(span trace.Span, o *plugin.Operation, out plugin.Outcome) {
	switch {
	case out.Err != nil:
		span.SetStatus(codes.Error, out.Err.Error())
		span.SetAttributes(keyErrorType.String(errorType(out.Err)))
	case countsRows(o):
		span.SetAttributes(keyRows.Int64(out.Rows))
	}
	span.End()
}

// attributes are what the span and the measurements of a call have in common.
func (t *telemetry) attributes(o *plugin.Operation) []attribute.KeyValue {
	attrs := make([]attribute.KeyValue, 0, 5+len(t.own))
	attrs = append(attrs, keySystem.String("sqlite"), keyOperation.String(o.Operation))
	if o.Model != nil {
		attrs = append(attrs, keyCollection.String(o.Model.Table))
	}
	if o.Database != "" {
		attrs = append(attrs, keyNamespace.String(o.Database))
	}
	return append(attrs, t.own...)
}

// spanName is the call as a program writes it: few names, whatever the arguments.
func spanName(o *plugin.Operation) string {
	if o.Model == nil {
		return o.Operation
	}
	return o.Model.Accessor + "." + o.Operation
}

// countsRows reports whether the rows of a call are its own: those of a transaction and of query are of
// the calls in them.
func countsRows(o *plugin.Operation) bool {
	return o.Operation != "transaction" && o.Operation != "query"
}

// errorType is an error's code: one of few, as the attribute wants.
func errorType(err error) string {
	var e *liteerr.Error
	if errors.As(err, &e) {
		return string(e.Code)
	}
	return errorTypeOthers
}

// The plugin does these things.
var (
	_ plugin.Initializer       = (*telemetry)(nil)
	_ plugin.OperationObserver = (*telemetry)(nil)
)
