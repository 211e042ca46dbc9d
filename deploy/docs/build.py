"""All generated documents by file name."""

import json

from deploy.docs import catalogue, configuration, inputs, lifecycles, schemas, traceability
from deploy.docs.asyncapi import document


def documents() -> dict[str, str]:
    """File name below docs/ -> content. The same code gives the same bytes."""
    return {
        "events.md": catalogue.render(),
        "asyncapi.json": json.dumps(document(), ensure_ascii=False, indent=2) + "\n",
        "states.md": lifecycles.render(),
        "traceability.md": traceability.render(),
        "configuration.md": configuration.render(),
        "bad-inputs.md": inputs.render(),
        **schemas.render(),
    }
