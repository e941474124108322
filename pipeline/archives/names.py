"""Which file names are taken, which are changed, and which are refused: one set of rules for every container.

A name that two systems read differently is two names, and one of them may be somebody's trap. So what
cannot be read in one way is refused; what can be mended without guessing is changed and told.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from pipeline.archives.limits import Limits
from schemas.findings import Rule

UNSAFE_NAME = Rule(
    "CW010", "unsafe-name", "A file name climbs out, hides something or is read differently elsewhere."
)
LONG_NAME = Rule("CW011", "long-name", "A file name is longer or deeper than stores and file systems take.")
COLLISION = Rule(
    "CW012", "names-collide", "Two names are one file for a system that folds case or Unicode forms."
)
ACTIVE_FILE = Rule(
    "CW013", "file-that-runs", "A server, a shell or git would obey this file instead of serving it."
)
NAME_CHANGED = Rule(
    "CW020", "name-changed", "A file name was written in a form that could be mended without guessing."
)
ODD_NAME = Rule("CW021", "odd-name", "A file name is kept, but some systems cannot store or show it.")
FLASH = Rule("CW027", "flash", "A Flash film: browsers have not played these since 2021.")
LEFT_OUT = Rule("CW022", "left-out", "A file that operating systems leave behind; it is no content.")

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DECEPTIVE = re.compile(
    "[\u061c\u202a-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(17))
    + "\ud800-\udfff]"
)
_SHELL = re.compile(r"[`;]|(?<!~)\$[A-Za-z_({]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/|[A-Za-z]:")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$) *(\.|:|$)", re.IGNORECASE)
_ODD = re.compile('[:*?"<>|\u200b\u200e\u200f\u2060\u00ad]|(^|/)[ -]| (/|$)')
_LOOKALIKE_SLASHES = str.maketrans(dict.fromkeys("\u2044\u2215\u29f8\u2571\u2216\u29f5\u29f9\\", "/"))

_JUNK = re.compile(
    r"(^|/)(__MACOSX/|\.DS_Store$|\._[^/]*$|Thumbs\.db(:encryptable)?$|ehthumbs\.db$|desktop\.ini$|~\$[^/]*$)",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    r"(^|/)(\.git/|\.svn/|\.hg/|\.git(attributes|config|modules)$|\.ht[a-z]+$|web\.config$|\.user\.ini$|\.env(\.[^/]*)?$)"
    r"|\.(php[0-9]?|phtml|phar|phps|pht|jspx?|jsw|jspf|aspx?|ashx|asmx|cgi|fcgi|shtml"
    r"|exe|com|scr|msi|bat|cmd|ps1|vbs|wsf|hta|pif|cpl|dll|lnk|desktop|pyc|pyo)$",
    re.IGNORECASE,
)


def mended(name: str) -> str:
    """Backslashes as separators (old .NET and WinZip), `./` and doubled slashes taken out; nothing else.

    `..`, leading slashes and everything that could mean two things stay for `refusal` to find.
    """
    if "\\" in name:
        name = name.replace("\\", "/")
    if "//" not in name and not name.startswith("./") and "/./" not in name:
        return name
    absolute, tail = name.startswith("/"), name.endswith("/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if absolute or not parts or _SCHEME.match(name):
        return name
    return "/".join(parts) + ("/" if tail else "")


def refusal(name: str) -> str | None:
    """Why a (mended) name cannot be taken, as a phrase about it; None when it can."""
    if not name.strip("/. "):
        return "it names nothing"
    if _CONTROL.search(name):
        return "it holds a control character"
    if _DECEPTIVE.search(name):
        return "it holds a character that hides or reverses text"
    return _leads_out(name) or _disguised(name) or _means_something_else(name)


def _leads_out(name: str) -> str | None:
    if name.startswith("/"):
        return "it is an absolute path"
    if _SCHEME.match(name):
        return "it begins with a drive or an address"
    if ".." in name and ".." in name.split("/"):
        return "it climbs out with '..'"
    return None


def _disguised(name: str) -> str | None:
    """Finds dots and slashes that appear only after one more decoding: percent signs, NFKC, look-alikes."""
    if name.isascii() and "%" not in name:
        return None
    plain = name
    while "%" in plain and (decoded := unquote(plain)) != plain:
        plain = decoded
    plain = unicodedata.normalize("NFKC", plain).translate(_LOOKALIKE_SLASHES)
    if _CONTROL.search(plain):
        return "it hides a control character"
    hidden = _leads_out(plain)
    return f"read once more, {hidden}" if hidden else None


def _means_something_else(name: str) -> str | None:
    if name.startswith("~") and "/" in name:
        return "a shell reads '~' as a home folder"
    if _SHELL.search(name):
        return "a shell runs parts of it"
    if "::" in name or name.endswith(":"):
        return "Windows reads it as a hidden stream of another file"
    for segment in name.rstrip("/").split("/"):
        if segment.endswith("."):
            return "Windows drops the dot at the end of a name, so it shadows another file"
        if segment[:1] in "cCpPaAnNlL" and _DEVICE.match(unicodedata.normalize("NFKC", segment)):
            return "it is the name of a device on Windows"
    return None


def over_limit(name: str, limits: Limits) -> tuple[str, str] | None:
    """(found, expected) when a name is too long or too deep; the limit is named."""
    if len(name) * 4 <= min(limits.segment_bytes, limits.name_bytes) and name.count("/") < limits.depth:
        return None
    size = len(name.encode("utf-8", "surrogatepass"))
    if size > limits.name_bytes:
        return f"a name of {size:,} bytes", f"at most {limits.name_bytes:,} (limit name_bytes)"
    segments = name.rstrip("/").split("/")
    if len(segments) > limits.depth:
        return f"a path of {len(segments)} levels", f"at most {limits.depth} (limit depth)"
    longest = max(len(segment.encode("utf-8", "surrogatepass")) for segment in segments)
    if longest > limits.segment_bytes:
        return f"a part of {longest} bytes in a name", f"at most {limits.segment_bytes} (limit segment_bytes)"
    return None


def is_junk(name: str) -> bool:
    """What macOS, Windows and office programs leave beside the content."""
    return _JUNK.search(name) is not None


def runs(name: str) -> bool:
    """Whether a web server, a shell or git would run or obey a file of this name."""
    return _ACTIVE.search(name) is not None


def is_odd(name: str) -> bool:
    """Kept, because links inside the package use it, but Windows or a tool may not be able to store it."""
    return _ODD.search(name) is not None


def collision_key(name: str) -> str:
    """Equal for names that some file system, store or lookup takes for one: NFKC and full case folding."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
