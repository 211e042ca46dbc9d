"""Read a document from the input, print it in the form that is named."""

import sys

from services.supervision.bulletin.document import Document
from services.supervision.bulletin.printing import PRINTERS

document = Document.model_validate_json(sys.stdin.buffer.read())
sys.stdout.buffer.write(PRINTERS[sys.argv[1]](document))
