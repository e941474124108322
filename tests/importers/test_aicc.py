"""AICC packages → courses: the files of tools differ in case, order, line ends and quotes (oddity 33)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from importers import aicc
from schemas.findings import RefusedError
from schemas.model import Resource, RichText
from tests.importers.packages import PAGE, Imported, MemorySource, taken

CRS = "[Course]\r\nCourse_Creator=Ann, Bo \r\nCourse_ID=ladders-1\r\nCourse_Title=Ladders\r\nVersion=3.0\r\n[Course_Behavior]\r\nMax_Normal=99\r\n[Course_Description]\r\nAll\r\n\r\n[about] them = good\r\n"
AU = '"System_ID","Type","Command_Line","File_Name","Max_Score","Mastery_Score","Max_Time_Allowed","Core_Vendor","Web_Launch"\r\n"A1","lesson","","index.html","","","","",""\r\n'
DES = '"system_id","developer_id","title","description"\r\n"A1","","Look","What to look at"\r\n'
CST = '"Block","Member"\r\n"Root","A1"\r\n'


def read(*, crs: str = CRS, au: str = AU, des: str = DES, cst: str = CST, **files: bytes | str) -> Imported:
    own: dict[str, bytes | str] = {
        "Course.CRS": crs,
        "course.au": au,
        "course.des": des,
        "course.cst": cst,
        "index.html": PAGE,
    }
    return taken({name: text for name, text in {**own, **files}.items() if text})


def _units(*names: str, columns: str = "File_Name,System_ID", values: str = "index.html") -> str:
    return f"{columns}\n" + "".join(f"{values},{name}\n" for name in names)


def _only(done: Imported) -> Resource:
    (content,) = done.contents
    assert isinstance(content, Resource)
    assert content.launch is not None
    return content


def test_course_unit_and_titles_are_those_of_the_files_oddity_33() -> None:
    done = read()
    content = _only(done)
    assert (done.bundle.key, done.course.title) == ("ladders-1", "Ladders")
    assert done.course.description == "All\n\n[about] them = good"
    assert (content.key, content.title, content.description) == ("a1", "Look", "What to look at")
    assert content.launch is not None
    assert (content.launch.standard, content.launch.href) == ("aicc", "index.html")
    assert done.fate("metadata", "course: course_creator")[0] == "changed"


@pytest.mark.parametrize(
    "columns", ["file_name,SYSTEM_ID", '"File_Name" , "System_Id"', "FILE_NAME,system_id"]
)
def test_columns_are_found_by_name_in_any_case_and_order_oddity_33(columns: str) -> None:
    assert _only(read(au=_units("a1", columns=columns))).title == "Look"


@pytest.mark.parametrize(
    ("mastery", "most", "percent", "fate"),
    [
        ("80", "", "80", "carried"),
        ("80", "100", "80", "carried"),
        ("15", "20", "75", "changed"),
        ("", "100", None, ""),
    ],
)
def test_the_mastery_score_is_the_passing_score_in_percent(
    mastery: str, most: str, percent: str | None, fate: str
) -> None:
    au = _units(
        "A1", columns="File_Name,Mastery_Score,Max_Score,System_ID", values=f"index.html,{mastery},{most}"
    )
    done = read(au=au)
    launch = _only(done).launch
    assert launch is not None
    assert launch.passing_score == (None if percent is None else Decimal(percent))
    assert [each.fate for each in done.report.accounts if each.name == "A1 mastery_score"] == (
        [fate] if fate else []
    )


@pytest.mark.parametrize(("limit", "minutes"), [("00:45:30", 46), ("9999:59:59", None), ("soon", None)])
def test_a_time_limit_is_the_length_unless_it_means_none_oddity_33(limit: str, minutes: int | None) -> None:
    done = read(au=_units("A1", columns="File_Name,Max_Time_Allowed,System_ID", values=f"index.html,{limit}"))
    assert _only(done).duration_minutes == minutes
    assert done.account("rule", "A1 max_time_allowed").fate == "changed"


def test_what_is_passed_at_launch_goes_into_the_address_or_stays_named() -> None:
    au = _units(
        "A1", columns="File_Name,Web_Launch,Core_Vendor,System_ID", values="index.html?a=1,b=2,secret"
    )
    done = read(au=au)
    launch = _only(done).launch
    assert launch is not None
    assert launch.href == "index.html?a=1&b=2"
    assert done.fate("rule", "A1 core_vendor")[0] == "changed"


def test_a_unit_without_an_address_is_left_out_by_name() -> None:
    done = read(au=_units("A1") + ",A2\n")
    assert done.fate("item", "A2") == ("skipped", "it has no address")


def test_a_unit_on_the_web_is_a_link_beside_the_package_oddity_33() -> None:
    done = read(au=_units("A1", values="https://example.org/Share.aspx?key=1"))
    link, package = done.contents
    assert isinstance(link, Resource)
    assert isinstance(package, Resource)
    assert (link.url, link.media) == ("https://example.org/Share.aspx?key=1", None)
    assert (package.published, package.media) == (False, "media/ladders-1.zip")
    assert done.fate("metadata", "package")[0] == "changed"


def test_blocks_are_chapters_headings_are_pages_and_what_has_no_place_comes_last() -> None:
    cst = "block,member,member\nROOT,A1,B1\nB1,A2,B2\nb2,a3\nROOT,H1\n"
    des = "System_ID,Title\nA1,One\nA2,Two\nA3,Three\nA4,Four\nB1,Part\nB2,Deep\nH1,1. Rest\n"
    done = read(au=_units("A1", "A2", "A3", "A4"), des=des, cst=cst)
    found = [
        (section.title, [content.title for content in section.contents]) for section in done.course.sections
    ]
    assert found == [
        ("Ladders", ["One"]),
        ("Part", ["Two", "Deep › Three"]),
        ("Ladders", ["1. Rest", "Four"]),
    ]
    assert isinstance(done.contents[3], RichText)
    assert done.contents[3].text == r"1\. Rest"
    assert done.fate("item", "A4") == ("changed", "not in the .cst: put at the end")


def test_members_that_nobody_knows_or_that_stand_somewhere_already_are_named() -> None:
    done = read(cst="block,member,member,member\nroot,A1,X9,A1\n")
    assert done.fate("item", "X9") == ("skipped", "neither the .au nor the .des has it")
    assert done.fate("element", "A1 in root of line 2")[0] == "skipped"


def test_blocks_that_stand_in_no_other_and_titles_of_nothing_are_not_lost() -> None:
    des = "System_ID,Title\nA1,One\nA2,Two\nB1,Part\nA9,Nothing\nA1,Again\n"
    done = read(au=_units("A1", "A2"), des=des, cst="block,member\nroot,A1\nB1,A2\n,A1\n")
    assert [
        (section.title, [each.title for each in section.contents]) for section in done.course.sections
    ] == [
        ("Ladders", ["Again"]),
        ("Part", ["Two"]),
    ]
    unused = [each.name for each in done.report.accounts if each.name.startswith(".des")]
    assert unused == [".des line 2", ".des line 5"]


def test_prerequisites_and_objectives_stay_in_the_package_and_are_named() -> None:
    done = read(
        cst="block,member,prerequisites\nroot,A1,A1&A2\nROOT,J2,\n",
        **{
            "course.pre": "structure_element,prerequisite\nA1,A2\n",
            "course.ort": "course_element,member\nA1,J1\n",
        },
    )
    rules = {each.name: each.fate for each in done.report.accounts if each.kind == "rule"}
    assert rules == dict.fromkeys(
        (".ort line 2", ".pre line 2", "objective J2", "A1 type", "A1 prerequisites of line 2"), "changed"
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_titles_are_read_in_the_encodings_that_tools_write(encoding: str) -> None:
    des = DES.replace("Look", "Über")
    source: dict[str, bytes | str] = {
        "c.crs": CRS,
        "c.au": AU,
        "c.des": des.encode(encoding),
        "c.cst": CST,
        "index.html": PAGE,
    }
    done = taken(source)
    assert _only(done).title == "Über"
    guessed = [each.note for each in done.report.accounts if each.name == "text of c.des"]
    assert guessed == (["is not UTF-8: read as Windows-1252"] if encoding == "cp1252" else [])


def test_a_course_one_folder_down_keeps_its_addresses_working() -> None:
    files: dict[str, bytes | str] = {
        "C/c.crs": CRS,
        "C/c.au": AU,
        "C/c.des": DES,
        "C/c.cst": CST,
        "C/index.html": PAGE,
        "read.txt": "x",
    }
    launch = _only(taken(files)).launch
    assert launch is not None
    assert launch.href == "C/index.html"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"des": ""}, "CW539"),
        ({"au": "", "des": ""}, "CW539"),
        ({"other.crs": CRS}, "CW507"),
        ({"au": _units("A1", "a1")}, "CW540"),
        ({"au": "File_Name\nindex.html\n"}, "CW540"),
        ({"cst": "block,member\nroot,B1\nB1,B2\nB2,B1\n"}, "CW541"),
        ({"cst": "block,member\nroot,A1\nB1,B2\nB2,B1\n"}, "CW541"),
        ({"au": _units("A1", values="../index.html")}, "CW516"),
        ({"au": _units("A1", values="javascript:alert(1)")}, "CW516"),
        ({"au": _units("A1", values="gone.html")}, "CW521"),
        ({"au": _units(*(f"A{number}" for number in range(10_001)))}, "CW538"),
        ({"des": f'a\n"{"x" * 200_000}"\n'}, "CW538"),
        ({"cst": f"block,member\nroot{',X' * 200_000}\n"}, "CW538"),
    ],
)
def test_what_cannot_be_a_course_is_refused(changes: dict[str, str], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read(**changes)
    assert refused.value.findings[0].rule.code == code


def test_columns_with_the_names_of_other_columns_hide_none() -> None:
    au = _units("A1", columns="File_Name,Developer_ID,System_ID", values="index.html,x")
    done = read(au=au, des=DES.replace('"A1","",', '"A1","y",'))
    names = [each.name for each in done.report.accounts if each.kind == "rule"]
    assert names == ["A1 developer_id", "A1 developer_id (2)"]


def test_sounds_do_not_make_a_course() -> None:
    assert not aicc.detect(MemorySource({"bell.au": b".snd", "deep/er/course.crs": b""}))
