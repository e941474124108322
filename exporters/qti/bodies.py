"""What of a question is shown: its text, and the interaction to answer it with (2.1 §7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from exporters import inside
from exporters.qti.names import RESPONSE, named, right_side
from exporters.qti.versions import Version
from exporters.qti.xhtml import xhtml
from exporters.shared import texts
from exporters.shared.xml import Element, Markup, element, fragment
from schemas.model import Essay, FillInBlank, Matching, MultipleChoice, Question, ShortAnswer, TrueFalse


def body(question: Question, version: Version) -> Iterator[Element | Markup]:
    """HTML elements have no prefix in any version, so they are markup in the tree."""
    text = xhtml(texts.html(question.text))
    match question:
        case FillInBlank():
            gaps = {blank.key: _entry(named(blank.key), version) for blank in question.blanks}
            yield _division(texts.with_gaps(text, gaps))
        case ShortAnswer():
            yield _division(text)
            yield _division(f"<p>{_entry(RESPONSE, version)}</p>")
        case _:
            yield _division(text)
            yield _interaction(question)


def _interaction(question: MultipleChoice | TrueFalse | Essay | Matching) -> Element:
    match question:
        case MultipleChoice():
            several = sum(option.correct for option in question.options) != 1
            return _asked(
                "choice", {"shuffle": "false", "maxChoices": "0" if several else "1"}, *_options(question)
            )
        case TrueFalse():
            choices = (_choice("true", "True"), _choice("false", "False"))
            return _asked("choice", {"shuffle": "false", "maxChoices": "1"}, *choices)
        case Essay():
            return _asked("extendedText", {"expectedLines": "10"})
        case Matching():
            most = str(len(question.pairs))
            return _asked("match", {"shuffle": "true", "maxAssociations": most}, *_sides(question))


def _options(question: MultipleChoice) -> Iterator[Element]:
    for option in question.options:
        yield _choice(named(option.key), texts.option(option.text, option.image, _address))


def _address(media: str) -> str:
    """Items lie in a folder of their own."""
    return f"../{inside.href(media)}"


def _choice(identifier: str, html: str) -> Element:
    return element("simpleChoice", {"identifier": identifier}, xhtml(html))


def _sides(question: Matching) -> Iterator[Element]:
    """The left sides, and the right ones with those that belong nowhere."""
    yield _set((named(pair.key), pair.left) for pair in question.pairs)
    rights = [(right_side(pair.key), pair.right) for pair in question.pairs]
    yield _set([*rights, *((named(other.key), other.text) for other in question.distractors)])


def _set(choices: Iterable[tuple[str, str]]) -> Element:
    return element(
        "simpleMatchSet",
        {},
        *(
            element(
                "simpleAssociableChoice", {"identifier": name, "matchMax": "1"}, xhtml(texts.inline(text))
            )
            for name, text in choices
        ),
    )


def _asked(kind: str, attributes: Mapping[str, str], *children: Element) -> Element:
    return element(f"{kind}Interaction", {"responseIdentifier": RESPONSE, **attributes}, *children)


def _entry(identifier: str, version: Version) -> Markup:
    return fragment(version.named(element("textEntryInteraction", {"responseIdentifier": identifier})))


def _division(html: str) -> Markup:
    return Markup(f"<div>{html}</div>")
