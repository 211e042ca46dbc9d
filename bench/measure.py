"""What a measurement gives: samples, interleaved rounds, ratios, and the lines of the table."""

import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sample:
    """One round of one side: how many a second, and how long each took (milliseconds)."""

    rate: float
    p50: float = 0.0
    p99: float = 0.0

    @classmethod
    def of(cls, seconds: float, took: Sequence[float], count: int | None = None) -> "Sample":
        """From the time of the whole round and the seconds that each one took."""
        known = sorted(took)
        return cls(
            (len(took) if count is None else count) / seconds,
            percentile(known, 0.5) * 1000,
            percentile(known, 0.99) * 1000,
        )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of an ordered list lies."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure has to be, and what would be better still."""

    kind: Literal["least", "most"]
    value: float
    stretch: float | None = None
    unit: str = ""

    def met(self, figure: float) -> bool:
        """Whether the figure reaches the target."""
        return figure >= self.value if self.kind == "least" else figure <= self.value

    def words(self) -> str:
        """As it stands in the table."""
        sign = "≥" if self.kind == "least" else "≤"
        more = f"（力争 {self.stretch:g}）" if self.stretch is not None else ""
        return f"{sign} {self.value:g}{self.unit}{more}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `figure` is judged by the target; None when it was not measured."""

    path: str
    product: str
    limit: str
    figure: float | None
    target: Target | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the target is met; None without a target or a figure."""
        if self.target is None or self.figure is None:
            return None
        return self.target.met(self.figure)


@dataclass
class Finding:
    """What one row of the bench found."""

    lines: list[Line] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    """What was checked: equal results, counted rows, numbers of rounds."""
    failed: bool = False


@dataclass(frozen=True)
class Pairs:
    """Interleaved rounds of limit and product."""

    limit: list[Sample]
    product: list[Sample]

    def ratio(self) -> float:
        """The median of the rates' ratios, each of one round."""
        return statistics.median(
            mine.rate / other.rate for mine, other in zip(self.product, self.limit, strict=True)
        )

    def tail(self) -> float:
        """The product's p99/p50, the median of the rounds."""
        return statistics.median(one.p99 / one.p50 for one in self.product if one.p50)

    def spread(self) -> float:
        """How restless the limit was: (most - least) / median of its rates."""
        rates = [one.rate for one in self.limit]
        return (max(rates) - min(rates)) / statistics.median(rates)


def middle(samples: Sequence[Sample]) -> Sample:
    """The median of each figure."""
    return Sample(
        statistics.median(one.rate for one in samples),
        statistics.median(one.p50 for one in samples),
        statistics.median(one.p99 for one in samples),
    )


async def rounds(
    count: int,
    limit: Callable[[], Awaitable[Sample]],
    product: Callable[[], Awaitable[Sample]],
    *,
    warm: bool = True,
) -> Pairs:
    """Limit and product in turn, `count` times after one round that is thrown away."""
    limits, products = [], []
    for n in range(count + warm):
        one, other = await limit(), await product()
        if n or not warm:
            limits.append(one)
            products.append(other)
    return Pairs(limits, products)


def rate_line(path: str, pairs: Pairs, target: Target, unit: str = "次/秒") -> Line:
    """The line of a rate against its limit."""
    mine, other = middle(pairs.product), middle(pairs.limit)
    return Line(
        path,
        f"{mine.rate:,.0f} {unit}，p50 {mine.p50:.1f} / p99 {mine.p99:.1f} ms"
        if mine.p50
        else f"{mine.rate:,.0f} {unit}",
        f"{other.rate:,.0f} {unit}"
        + (f"，p50 {other.p50:.1f} / p99 {other.p99:.1f} ms" if other.p50 else ""),
        pairs.ratio(),
        target,
        f"极限自身各轮相差 {pairs.spread():.0%}",
    )


def tail_line(path: str, pairs: Pairs, target: Target) -> Line:
    """The line of p99/p50."""
    other = middle(pairs.limit)
    theirs = f"{other.p99 / other.p50:.1f}" if other.p50 else ""
    return Line(path, f"p99/p50 = {pairs.tail():.2f}", theirs, pairs.tail(), target)
