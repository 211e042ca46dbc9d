"""The tiny service's table of contents."""

from pathlib import Path

from shared.commands.spec import ServiceSpec
from tests.shared.desk.api import answers, imports, letters, public, registered
from tests.shared.desk.tables import LETTER, Base

DESK = ServiceSpec(
    name="desk",
    label="来信办理",
    description="只用于测试。",
    port_offset=9,
    routers=(letters, answers, imports, registered, public),
    metadata=Base.metadata,
    machines=(LETTER,),
    subscriptions=(),
    jobs=(),
    migrations=Path(__file__).parent / "migrations",
)
