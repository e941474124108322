"""QTI 1.2 and 1.2.1 (IMS ASI, the Common Cartridge profiles, Canvas, D2L) → questions of ours.

For every reader that meets a `questestinterop` document:

    for part in qti12.parts(document.root):             # assessments, banks, loose items
        part.settings.max_attempts, part.texts, ...     # the quiz itself
        for result in qti12.questions(part.items, texts):   # or one_by_one, as they are asked for
            result.questions                            # Made, Made, … of one item; usually one
            result.text                                 # or: an item that asks nothing (Markdown to read)
            result.reason                               # or: why it cannot be asked here …
            result.source                               # … and its XML, to keep beside the quiz

`texts` is the `Figures` of the quiz: its `find` turns addresses of pictures into paths of the bundle.
Nothing of an item is lost without being named: in `result.notes` (of the item) or `made.notes`.
"""

from importers.shared.qti12.items import Result, ident_of, one_by_one, questions
from importers.shared.qti12.metadata import fields
from importers.shared.qti12.parts import Part, Section, parts
from importers.shared.qti12.settings import Settings

__all__ = ["Part", "Result", "Section", "Settings", "fields", "ident_of", "one_by_one", "parts", "questions"]
