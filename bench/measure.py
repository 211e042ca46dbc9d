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
class ResultLine:
    """One line of the table. `figure` is judged by the target; None when it was not measured.

    `lead`: how many times faster than usual practice, judged by `lead_target`; None where usual
    practice was not measured.
    """

    path: str
    product: str
    limit: str
    figure: float | None
    target: Target | None = None
    note: str = ""
    practice: str = ""
    lead: float | None = None
    lead_target: Target | None = None

    @property
    def reached(self) -> bool | None:
        """Whether every target is met; None without a target or a figure."""
        judged = [
            target.met(figure)
            for figure, target in ((self.figure, self.target), (self.lead, self.lead_target))
            if target is not None and figure is not None
        ]
        return all(judged) if judged else None

    def wanted(self) -> str:
        """The targets as they stand in the table."""
        lead = f"领先 {self.lead_target.words()}" if self.lead_target else ""
        return "；".join(filter(None, [self.target.words() if self.target else "", lead])) or "—"


@dataclass
class Finding:
    """What one row of the bench found."""

    lines: list[ResultLine] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    """What was checked: equal results, counted rows, numbers of rounds."""
    failed: bool = False


@dataclass(frozen=True)
class Pairs:
    """Interleaved rounds of limit, product and, where there is one, usual practice."""

    limit: list[Sample]
    product: list[Sample]
    practice: list[Sample] = field(default_factory=list)

    def ratio(self) -> float:
        """Product to limit: the median of the rates' ratios, each of one round."""
        return _ratio(self.product, self.limit)

    def lead(self) -> float | None:
        """Product to usual practice, in the same way; None when that was not measured."""
        return _ratio(self.product, self.practice) if self.practice else None

    def tail(self) -> float:
        """The product's p99/p50, the median of the rounds."""
        return statistics.median(one.p99 / one.p50 for one in self.product if one.p50)

    def spread(self) -> float:
        """How restless the limit was: (most - least) / median of its rates."""
        rates = [one.rate for one in self.limit]
        return (max(rates) - min(rates)) / statistics.median(rates)


def _ratio(mine: Sequence[Sample], others: Sequence[Sample]) -> float:
    return statistics.median(one.rate / other.rate for one, other in zip(mine, others, strict=True))


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
    practice: Callable[[], Awaitable[Sample]] | None = None,
    *,
    warm: bool = True,
) -> Pairs:
    """Every side in turn, `count` times after one round that is thrown away."""
    sides = [side for side in (limit, product, practice) if side is not None]
    found: list[list[Sample]] = [[] for _ in sides]
    for n in range(count + warm):
        for side, samples in zip(sides, found, strict=True):
            sample = await side()
            if n or not warm:
                samples.append(sample)
    return Pairs(*found)


def rate_line(
    path: str, pairs: Pairs, target: Target, unit: str = "次/秒", *, lead: Target | None = None
) -> ResultLine:
    """The line of a rate against its limit and, where it was measured, usual practice."""
    return ResultLine(
        path,
        _told(pairs.product, unit),
        _told(pairs.limit, unit),
        pairs.ratio(),
        target,
        f"极限自身各轮相差 {pairs.spread():.0%}",
        practice=_told(pairs.practice, unit) if pairs.practice else "",
        lead=pairs.lead(),
        lead_target=lead,
    )


def _told(samples: Sequence[Sample], unit: str) -> str:
    one = middle(samples)
    times = f"，p50 {one.p50:.1f} / p99 {one.p99:.1f} ms" if one.p50 else ""
    return f"{one.rate:,.0f} {unit}{times}"


def tail_line(path: str, pairs: Pairs, target: Target) -> ResultLine:
    """The line of p99/p50."""
    return ResultLine(
        path,
        f"p99/p50 = {pairs.tail():.2f}",
        _tail(pairs.limit),
        pairs.tail(),
        target,
        practice=_tail(pairs.practice),
    )


def _tail(samples: Sequence[Sample]) -> str:
    one = middle(samples) if samples else Sample(0)
    return f"{one.p99 / one.p50:.1f}" if one.p50 else ""
