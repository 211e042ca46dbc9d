"""The mirror's table of contents."""

from pathlib import Path

from shared.commands.spec import ServiceSpec, Subscription
from tests.shared.desk.events import LetterMoved, LetterReceived
from tests.shared.mirror.consumers import forget, reflect
from tests.shared.mirror.tables import Base

MIRROR = ServiceSpec(
    name="mirror",
    label="来信的镜像",
    description="只用于测试。",
    port_offset=10,
    routers=(),
    metadata=Base.metadata,
    machines=(),
    subscriptions=(Subscription((LetterReceived, LetterMoved), reflect, forget),),
    jobs=(),
    migrations=Path(__file__).parent / "migrations",
)
