"""Routes of the project library."""

from services.projects.library import commands
from services.projects.library.schemas import LibraryEntries
from shared.commands.views import moved_list
from shared.domain.fields import MovedList
from shared.domain.roles import Role
from shared.http.deps import Changing, allow
from shared.http.route import router

library = router("/library-entries", "library", "“十四五”项目库")


@library.post("", summary="项目入库", dependencies=[allow(Role.PROVINCE)])
async def enter(body: LibraryEntries, call: Changing) -> MovedList:
    """通过核查的项目落实地块和改造年度后入库，并核定优先次序。入库时再次核查八项禁止情形。"""
    return moved_list(await commands.enter(call, body))
