"""S3 servers that refuse, hang up or stop: rows never name what is not there."""

from __future__ import annotations

from signal import SIGSTOP
from typing import Final

from tests.faults.judge import complete, judge
from tests.faults.kills import side_by_side
from tests.faults.place import HASTE, Ground, Place
from tests.faults.publisher import Fault
from tests.faults.s3_proxy import HANG, between
from tests.faults.tally import Tally

ANSWERS: Final = (503, 409, 412, HANG)


def refusals(ground: Ground, rounds: int) -> Tally:
    """Every n-th request is answered with 503, 409, 412 or the line is cut; once, in a second pass ever after."""
    tally = Tally("P3, P8", "S3 answers 503, 409, 412 or hangs up at the n-th request")
    requests = _counted(ground)
    step = max(1, 2 * requests // rounds)

    def one(place: Place, number: int) -> None:
        at, kind = 1 + number * step % requests, ANSWERS[number % len(ANSWERS)]
        ever = number * step // requests % 2 == 1
        with between(ground, lambda n: kind if n == at or (ever and n > at) else None) as (endpoint, seen):
            place.endpoint = endpoint
            run = place.publish(2, "--jobs", "1", fault=Fault(settings=_IMPATIENT))
            code = run.end()
        assert seen[0] >= min(at, requests), (at, seen)
        judge(tally, place, run, code)
        place.endpoint = ground.s3.endpoint if ground.s3 else None
        complete(tally, place)

    side_by_side(ground, rounds, one, s3=True)
    tally.note = f"a publish makes {requests} requests"
    return tally


# The client's own five attempts and ours, each of which waits longer, come to minutes.
_IMPATIENT: Final = {**HASTE, "loaders.media.s3:_ATTEMPTS": 2, "pipeline.fleet.retrying:ATTEMPTS": 2}


def _counted(ground: Ground) -> int:
    with ground.place(s3=True) as place, between(ground, lambda _: None) as (endpoint, seen):
        place.endpoint = endpoint
        run = place.publish(2, "--jobs", "1")
        assert run.end() == 0, run.complaints
        return seen[0]


def stopped(ground: Ground, rounds: int) -> Tally:
    """The S3 server is killed while files are uploaded, and comes back when the publisher has given up."""
    tally = Tally("P3, P8", "S3 server killed while media are uploaded, then started again")
    server = ground.s3
    assert server is not None
    uploads = [
        n
        for n, event in enumerate(ground.events, 1)
        if event.get("text", "").startswith(("uploading", "stored"))
    ]

    def one(place: Place, number: int) -> None:
        line = uploads[number % len(uploads)]
        run = place.publish(2, "--jobs", "1", fault=Fault(line=line, signal=SIGSTOP, settings=_IMPATIENT))
        assert run.stopped(), run.events[-3:]
        server.kill()
        run.go_on()
        code = run.end()
        server.start()
        judge(tally, place, run, code)
        complete(tally, place)

    side_by_side(ground, rounds, one, s3=True, workers=1)
    return tally
