"""OpenTelemetry traces, sent only when OTEL_EXPORTER_OTLP_ENDPOINT is set.

FastAPI makes the spans of requests itself; the trace id travels on in every event (traceparent).
"""

import os

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def wanted() -> bool:
    """Whether there is somewhere to send traces to."""
    return bool(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"))


def configure(service: str) -> None:
    """Install the exporter once per process; does nothing without an endpoint."""
    if not wanted():
        return
    provider = TracerProvider(resource=Resource.create({"service.name": f"housing-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
