"""The progress of the year's task of each unit: counted from grants, nothing of its own."""

from tests.world.room import Room
from tests.world.world import Act

ROOM = Room({"GET /v1/task-progress": Act("list", region="unit", asked={})})
