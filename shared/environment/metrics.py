"""Prometheus metrics of one process. Labels never hold ids."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """The process's own registry, so that several services fit into one test process."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "http_server_request_duration_seconds",
            "时长：HTTP 请求",
            ("method", "route", "status"),
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        self._of_requests: dict[tuple[str, str, int], Histogram] = {}
        self.faults = Counter("housing_faults_total", "系统内部错误次数", registry=self.registry)
        self.pending = self._gauge("housing_outbox_pending", "未编号的事件数")
        self.oldest = self._gauge("housing_outbox_oldest_seconds", "最早未编号事件的等待时间")
        self.head = self._gauge("housing_outbox_position", "已编号的最后位置")
        self.dead_letters = self._gauge("housing_dead_letters", "死信数")
        self.consumed = Gauge(
            "housing_consumer_position", "已处理到的位置", ("source",), registry=self.registry
        )
        self.quiet = Gauge(
            "housing_source_quiet_seconds",
            "来源最近一个事件收到以来的时间",
            ("source",),
            registry=self.registry,
        )
        self.halted = Gauge(
            "housing_source_halted",
            "来源从备份恢复过，已停止接收，等待处理（1 是）",
            ("source",),
            registry=self.registry,
        )
        self.jobs_done = self._gauge("housing_jobs_done", "当天日常任务是否全部完成（1 是）")
        info = Gauge("housing_build_info", "版本", ("service", "version"), registry=self.registry)
        info.labels(service, "0.1.0").set(1)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; the labels of each kind of request are looked up once."""
        kind = (method, route, status)
        found = self._of_requests.get(kind)
        if found is None:
            found = self._of_requests[kind] = self.requests.labels(method, route, str(status))
        found.observe(seconds)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(name, text, registry=self.registry)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
