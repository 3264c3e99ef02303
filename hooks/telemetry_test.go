package hooks_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sort"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/litestone-go/orm/hooks"
	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
)

const schemaText = `
model users {
  id    Integer @id
  name  Text
  email Text @unique
  token Text? @guarded
  posts posts[]
  @@map("people")
}
model posts {
  id     Integer @id
  title  Text
  userId Integer
  user   users @relation(fields: [userId], references: [id])
}`

// observed is a client with its spans and metrics.
type observed struct {
	db     *litestone.Client
	spans  *tracetest.SpanRecorder
	tracer trace.Tracer
	reader *sdkmetric.ManualReader
}

func open(t *testing.T, options ...hooks.Option) *observed {
	t.Helper()
	o := &observed{spans: tracetest.NewSpanRecorder(), reader: sdkmetric.NewManualReader()}
	traces := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(o.spans))
	metrics := sdkmetric.NewMeterProvider(sdkmetric.WithReader(o.reader))
	o.tracer = traces.Tracer("test")
	options = append([]hooks.Option{hooks.WithTracerProvider(traces), hooks.WithMeterProvider(metrics)}, options...)
	var err error
	o.db, err = litestone.Open(t.Context(), litestone.Config{SchemaText: schemaText, DB: ":memory:", Plugins: []plugin.Plugin{hooks.OpenTelemetry(options...)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.db.Close() })
	return o
}

// ended shows the spans that ended, in their order: parent > name, status and attributes.
func (o *observed) ended() (out []string) {
	spans := o.spans.Ended()
	name := func(id trace.SpanID) string {
		for _, s := range spans {
			if s.SpanContext().SpanID() == id {
				return s.Name() + " > "
			}
		}
		return ""
	}
	for _, s := range spans {
		attrs := make([]string, 0, len(s.Attributes()))
		for _, a := range s.Attributes() {
			attrs = append(attrs, string(a.Key)+"="+a.Value.String())
		}
		sort.Strings(attrs)
		out = append(out, fmt.Sprintf("%s%s %s %s [%s]", name(s.Parent().SpanID()), s.Name(), s.SpanKind(), s.Status().Code, strings.Join(attrs, " ")))
	}
	o.spans.Reset()
	return out
}

func (o *observed) want(t *testing.T, want ...string) {
	t.Helper()
	got := o.ended()
	for i := range max(len(got), len(want)) {
		var g, w string
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Errorf("span %d:\n got %s\nwant %s", i, g, w)
		}
	}
}

func TestSpans(t *testing.T) {
	o := open(t)
	ctx := t.Context()
	users := o.db.Table("users")
	if _, err := users.Create(ctx, litestone.Map{"data": map[string]any{"id": 1, "name": "Ada", "email": "a@x", "posts": map[string]any{"create": []any{map[string]any{"title": "one"}}}}}); err != nil {
		t.Fatal(err)
	}
	o.want(t, "users.create client Unset [db.collection.name=people db.namespace=main db.operation.name=create db.response.returned_rows=1 db.system.name=sqlite litestone.transaction=false]")

	ctx, span := o.tracer.Start(ctx, "request")
	if _, err := users.FindMany(ctx, litestone.Map{"include": map[string]any{"posts": true}}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.db.Table("posts").FindFirst(ctx, litestone.Map{"where": map[string]any{"title": "none"}}); err != nil {
		t.Fatal(err)
	}
	span.End()
	const rest = "db.system.name=sqlite litestone.transaction=false]"
	o.want(t,
		"request > users.findMany client Unset [db.collection.name=people db.namespace=main db.operation.name=findMany db.response.returned_rows=1 "+rest,
		"request > posts.findFirst client Unset [db.collection.name=posts db.namespace=main db.operation.name=findFirst db.response.returned_rows=0 "+rest,
		"request internal Unset []")
}

func TestSpansOfATransactionStandBelowIt(t *testing.T) {
	o := open(t)
	undo := errors.New("undo")
	err := o.db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		if _, err := tx.Table("users").CreateMany(ctx, litestone.Map{"data": []any{
			map[string]any{"name": "a", "email": "a@x"}, map[string]any{"name": "b", "email": "b@x"},
		}}); err != nil {
			return err
		}
		if _, err := tx.Table("users").UpdateMany(ctx, litestone.Map{"data": map[string]any{"name": "c"}}); err != nil {
			return err
		}
		return undo
	})
	if !errors.Is(err, undo) {
		t.Fatal(err)
	}
	o.want(t,
		"transaction > users.createMany client Unset [db.collection.name=people db.namespace=main db.operation.name=createMany db.response.returned_rows=2 db.system.name=sqlite litestone.transaction=true]",
		"transaction > users.updateMany client Unset [db.collection.name=people db.namespace=main db.operation.name=updateMany db.response.returned_rows=2 db.system.name=sqlite litestone.transaction=true]",
		"transaction client Error [db.operation.name=transaction db.system.name=sqlite error.type=_OTHER litestone.transaction=false]")

	if _, err := o.db.Query(t.Context(), litestone.Map{"users": map[string]any{}, "n": map[string]any{"model": "posts", "_count": true}}); err != nil {
		t.Fatal(err)
	}
	o.want(t,
		"query > posts.aggregate client Unset [db.collection.name=posts db.namespace=main db.operation.name=aggregate db.response.returned_rows=1 db.system.name=sqlite litestone.transaction=false]",
		"query > users.findMany client Unset [db.collection.name=people db.namespace=main db.operation.name=findMany db.response.returned_rows=0 db.system.name=sqlite litestone.transaction=false]",
		"query client Unset [db.operation.name=query db.system.name=sqlite litestone.transaction=false]")
}

func TestSpansOfErrors(t *testing.T) {
	o := open(t)
	ctx := t.Context()
	users := o.db.Table("users")
	const secret = "a value of a guarded field"
	for _, c := range []struct {
		op, code string
		call     func() error
	}{
		{"findUniqueOrThrow", "not_found", func() error {
			_, err := users.FindUniqueOrThrow(ctx, litestone.Map{"where": map[string]any{"id": 9}})
			return err
		}},
		{"findMany", "validation", func() error {
			_, err := users.FindMany(ctx, litestone.Map{"where": map[string]any{"nmae": "x"}})
			return err
		}},
		{"findMany", "access_denied", func() error {
			_, err := o.db.As(map[string]any{"id": 1}).Table("users").FindMany(ctx, litestone.Map{"where": map[string]any{"token": secret}})
			return err
		}},
		{"create", "not_null", func() error {
			_, err := users.Create(ctx, litestone.Map{"data": map[string]any{"name": "x", "token": secret}})
			return err
		}},
		{"create", "unique", func() error {
			row := litestone.Map{"data": map[string]any{"name": "x", "email": "e@x", "token": secret}}
			_, err := users.Create(ctx, row)
			o.spans.Reset()
			if err == nil {
				_, err = users.Create(ctx, row)
			}
			return err
		}},
		{"delete", "validation", func() error {
			_, err := users.Delete(ctx, litestone.Map{})
			return err
		}},
		{"search", "unsupported", func() error {
			_, err := users.Search(ctx, "x", nil)
			return err
		}},
	} {
		err := c.call()
		if err == nil {
			t.Errorf("%s answers no error", c.op)
		}
		spans := o.spans.Ended()
		o.spans.Reset()
		if len(spans) != 1 {
			t.Errorf("%s: %d spans", c.op, len(spans))
			continue
		}
		s := spans[0]
		code := ""
		for _, a := range s.Attributes() {
			if a.Key == "error.type" {
				code = a.Value.AsString()
			}
			if a.Key == "db.response.returned_rows" {
				t.Errorf("%s: a call that failed has rows", c.op)
			}
		}
		if s.Name() != "users."+c.op || code != c.code || s.Status().Code != codes.Error || s.Status().Description != err.Error() {
			t.Errorf("got %s %s %v, want users.%s %s %v", s.Name(), code, s.Status(), c.op, c.code, err)
		}
		if strings.Contains(fmt.Sprint(s.Status(), s.Attributes()), secret) {
			t.Errorf("%s: the span tells a secret", c.op)
		}
	}
}

func TestMetrics(t *testing.T) {
	o := open(t, hooks.WithAttributes(attribute.String("shard", "s1")))
	ctx := t.Context()
	users := o.db.Table("users")
	for i := range 3 {
		if _, err := users.Create(ctx, litestone.Map{"data": map[string]any{"id": i + 1, "name": "n", "email": fmt.Sprint(i)}}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := users.FindMany(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := users.Create(ctx, litestone.Map{"data": map[string]any{"id": 1, "name": "n", "email": "9"}}); err == nil {
		t.Fatal("a key twice")
	}
	var all metricdata.ResourceMetrics
	if err := o.reader.Collect(ctx, &all); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range all.ScopeMetrics[0].Metrics {
		switch h := m.Data.(type) {
		case metricdata.Histogram[float64]:
			for _, p := range h.DataPoints {
				if p.Sum <= 0 || p.Sum > 60 {
					t.Errorf("%s took %v seconds", m.Name, p.Sum)
				}
				got = append(got, fmt.Sprintf("%s(%s) %d {%s}", m.Name, m.Unit, p.Count, p.Attributes.Encoded(attribute.DefaultEncoder())))
			}
		case metricdata.Histogram[int64]:
			for _, p := range h.DataPoints {
				got = append(got, fmt.Sprintf("%s(%s) %d sum %d {%s}", m.Name, m.Unit, p.Count, p.Sum, p.Attributes.Encoded(attribute.DefaultEncoder())))
			}
		default:
			t.Errorf("%s is a %T", m.Name, m.Data)
		}
	}
	sort.Strings(got)
	const where = "db.collection.name=people,db.namespace=main,db.operation.name="
	want := []string{
		"db.client.operation.duration(s) 1 {" + where + "create,db.system.name=sqlite,error.type=unique,shard=s1}",
		"db.client.operation.duration(s) 1 {" + where + "findMany,db.system.name=sqlite,shard=s1}",
		"db.client.operation.duration(s) 3 {" + where + "create,db.system.name=sqlite,shard=s1}",
		"db.client.response.returned_rows({row}) 1 sum 3 {" + where + "findMany,db.system.name=sqlite,shard=s1}",
		"db.client.response.returned_rows({row}) 3 sum 3 {" + where + "create,db.system.name=sqlite,shard=s1}",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestSpansAndMetricsCanBeLeftOut(t *testing.T) {
	o := open(t, hooks.WithoutSpans(), hooks.WithoutMetrics())
	if _, err := o.db.Table("users").Count(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	o.want(t)
	var all metricdata.ResourceMetrics
	if err := o.reader.Collect(t.Context(), &all); err != nil || len(all.ScopeMetrics) != 0 {
		t.Error(err, all.ScopeMetrics)
	}
}

func TestLog(t *testing.T) {
	var b bytes.Buffer
	level := new(slog.LevelVar)
	level.Set(slog.LevelDebug)
	log := slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == "time" || a.Key == "duration" {
			return slog.Attr{}
		}
		return a
	}}))
	db, err := litestone.Open(t.Context(), litestone.Config{SchemaText: schemaText, DB: ":memory:", Plugins: []plugin.Plugin{hooks.Log(log)}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	data := litestone.Map{"data": map[string]any{"id": 1, "name": "Ada", "email": "a@x", "token": "hush"}, "select": false}
	for range 2 {
		_, err = db.As(map[string]any{"id": 7}).Table("users").Create(t.Context(), data)
	}
	if !errors.Is(err, litestone.ErrUnique) {
		t.Fatal(err)
	}
	const line = ` msg="litestone: query" model=users operation=create database=main actorId=7 rowCount=`
	const tail = ` sql="INSERT INTO \"people\" (\"id\", \"name\", \"email\", \"token\") VALUES (?, ?, ?, ?)" params="[1 Ada a@x [redacted]]"` +
		` args="map[data:map[email:a@x id:1 name:Ada token:[redacted]] select:false]" target=users statement=1 transaction=false`
	want := "level=DEBUG" + line + "1" + tail + "\nlevel=WARN" + line + "0" + tail + " error=unique\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	b.Reset()
	level.Set(slog.LevelInfo)
	if _, err := db.Table("users").Count(t.Context(), nil); err != nil || b.Len() > 0 {
		t.Error(err, b.String())
	}
}
