"""Quizzes → QTI 1.2 (IMS ASI 1.2.1), for every writer of `questestinterop` documents.

    made = qti12.assessment(content, "course.quiz", CARTRIDGE, address)
    xml.document(qti12.interop(made.element, CARTRIDGE))
    made.notes                                    # of the quiz: what its dialect does not say
    made.questions["question key"]                # … and of each question

`CARTRIDGE` is the profile of Common Cartridge 1.1 to 1.3: six kinds of items, nothing else, and metadata of a
closed list. What it has no kind for is written as several items, one a gap or a left side. `PLAIN` is QTI
1.2 as Canvas writes and reads it, which says all that our questions say. `address` answers with what the
package calls a media file (`$IMS-CC-FILEBASE$/…`).
"""

from exporters.shared.qti12.assessments import Assessment, assessment, interop
from exporters.shared.qti12.items import Items, items
from exporters.shared.qti12.parts import CARTRIDGE, PLAIN, Dialect

__all__ = ["CARTRIDGE", "PLAIN", "Assessment", "Dialect", "Items", "assessment", "interop", "items"]
