"""What became of every part of a bundle that is written in another format."""

from __future__ import annotations

from schemas import model
from schemas.findings import Report
from schemas.model import Bundle, Content, Course, Question, QuizContent, Section


class Ledger:
    """Names everything a bundle holds; a writer says of each part what became of it.

    Kinds: program, course, section, item (a content), question, file, archive (the bundle that is carried
    along). `courses` narrows it to those that are written. Names are addresses (schemas.model).
    """

    def __init__(self, report: Report, bundle: Bundle, courses: tuple[Course, ...]) -> None:
        self._report = report
        for program in bundle.programs:
            report.expect("program", model.program_address(program.key), program.location)
        for course in courses:
            report.expect("course", model.course_address(course.key), course.location)
            for section in course.sections:
                report.expect("section", model.section_address(course.key, section.key), section.location)
                for content in section.contents:
                    self._expect(course, content)
        for media in bundle.media:
            report.expect("file", media.path)

    def _expect(self, course: Course, content: Content) -> None:
        self._report.expect("item", model.content_address(course.key, content.key), content.location)
        if isinstance(content, QuizContent):
            for question in content.quiz.questions:
                address = model.question_address(course.key, content.key, question.key)
                self._report.expect("question", address, question.location)

    # ── settling: notes that are empty say nothing; with one left, the part is changed ─────────────────

    def program(self, key: str, *notes: str) -> None:
        self._settle("program", model.program_address(key), notes)

    def course(self, course: Course, *notes: str) -> None:
        self._settle("course", model.course_address(course.key), notes)

    def section(self, course: Course, section: Section, *notes: str) -> None:
        self._settle("section", model.section_address(course.key, section.key), notes)

    def item(self, course: Course, content: Content, *notes: str) -> None:
        self._settle("item", model.content_address(course.key, content.key), notes)

    def question(self, course: Course, content: QuizContent, question: Question, *notes: str) -> None:
        self._settle("question", model.question_address(course.key, content.key, question.key), notes)

    def file(self, path: str, *notes: str) -> None:
        self._settle("file", path, notes)

    def skip_program(self, key: str, reason: str) -> None:
        self._report.settle("program", model.program_address(key), "skipped", reason)

    def skip_item(self, course: Course, content: Content, reason: str) -> None:
        """A content that the format cannot hold, with its questions."""
        self._report.settle("item", model.content_address(course.key, content.key), "skipped", reason)
        if isinstance(content, QuizContent):
            for question in content.quiz.questions:
                self.skip_question(course, content, question, reason)

    def skip_question(self, course: Course, content: QuizContent, question: Question, reason: str) -> None:
        address = model.question_address(course.key, content.key, question.key)
        self._report.settle("question", address, "skipped", reason)

    def skip_file(self, path: str, reason: str) -> None:
        self._report.settle("file", path, "skipped", reason)

    def _settle(self, kind: str, name: str, notes: tuple[str, ...]) -> None:
        said = "; ".join(dict.fromkeys(note for note in notes if note))
        self._report.settle(kind, name, "changed" if said else "carried", said)
