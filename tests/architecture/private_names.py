"""The private names of other people's code that we use all the same: all of them, and why.

Everything else goes by public names (`tests/architecture/test_private_names.py`). To end is proven
with a broker that hangs, in `tests/kafka/test_ending.py`.
"""

from dataclasses import dataclass

_NO_FLUSH = (
    "`stop` flushes first, and so never ends while no broker answers; nothing public ends the task"
    " that sends"
)
_NO_END = (
    "`stop` waits for its own tasks, which may wait for a broker without end; nothing public"
    " cancels them"
)


@dataclass(frozen=True)
class Kept:
    """One private name: in which of our files, of which class ("module:class"), and why."""

    file: str
    owner: str
    name: str
    reason: str


_CLIENT = "shared/kafka/client.py"
_CONSUMER = "aiokafka.consumer.consumer:AIOKafkaConsumer"
_GROUP = "aiokafka.consumer.group_coordinator:GroupCoordinator"
_FETCHER = "aiokafka.consumer.fetcher:Fetcher"
_PRODUCER = "aiokafka.producer.producer:AIOKafkaProducer"

KEPT = (
    Kept(_CLIENT, _PRODUCER, "_closed", _NO_FLUSH),
    Kept(_CLIENT, _PRODUCER, "_sender", _NO_FLUSH),
    Kept(_CLIENT, _CONSUMER, "_client", _NO_END),
    Kept(_CLIENT, _CONSUMER, "_coordinator", _NO_END),
    Kept(_CLIENT, _CONSUMER, "_fetcher", _NO_END),
    Kept(_CLIENT, _GROUP, "_coordination_task", _NO_END),
    Kept(_CLIENT, _GROUP, "_heartbeat_task", _NO_END),
    Kept(_CLIENT, _GROUP, "_commit_refresh_task", _NO_END),
    Kept(_CLIENT, _FETCHER, "_fetch_task", _NO_END),
    Kept(_CLIENT, _FETCHER, "_pending_tasks", _NO_END),
)
