"""Which records of a log are in hand, which of them are done, and which offsets to commit."""

from collections.abc import Collection, Iterable

Partition = tuple[str, int]
"""Topic and number."""


class Offsets:
    """The bookkeeping of one reader: a record is in hand from its hand-out until it is done."""

    def __init__(self) -> None:
        self._open: dict[Partition, range] = {}
        self._due: dict[Partition, int] = {}

    def hand_out(self, partition: Partition, first: int, last: int) -> None:
        """These offsets are now in hand."""
        self._open[partition] = range(first, last + 1)

    def take_back(self) -> dict[Partition, int]:
        """Where to read again for what is in hand and not done; then nothing is in hand."""
        places = {partition: left.start for partition, left in self._open.items()}
        self._open.clear()
        return places

    def done(self, places: Iterable[tuple[Partition, int]]) -> None:
        """These records, and those before them in their partition, are done."""
        for partition, offset in places:
            behind = offset + 1
            self._due[partition] = max(behind, self._due.get(partition, 0))
            left = self._open.pop(partition, range(0))
            if left.stop > behind:
                self._open[partition] = range(max(left.start, behind), left.stop)

    @property
    def in_hand(self) -> bool:
        """Whether anything is handed out and not done."""
        return bool(self._open)

    def due(self, among: Collection[Partition]) -> dict[Partition, int]:
        """Where a successor should go on, for these partitions, as far as not yet committed."""
        return {partition: at for partition, at in self._due.items() if partition in among}

    def committed(self) -> None:
        """Everything that was due is committed."""
        self._due.clear()

    def forget(self) -> None:
        """The partitions are, or may soon be, another's."""
        self._open.clear()
        self._due.clear()
