#!/bin/sh
# `make demo`: a real course into a real PostgreSQL and back out. Works in ./demo, which it makes anew.
set -eu
cd "$(dirname "$0")/.."
rm -rf demo
mkdir demo
cd demo
coursewright=../.venv/bin/coursewright
example=../packages/examples/rich

say() { printf '\n── %s\n' "$*"; }
run() {
    printf '$ coursewright %s\n' "$*"
    "$coursewright" "$@"
}

say "1. Is the course right?"
run check $example

say "2. Publish it. There is no configuration, so the tenant is an embedded PostgreSQL in demo/.coursewright"
run publish $example

say "3. Publish it again: nothing has changed, so nothing is written"
run publish $example

say "4. Take it back out, as a folder and as a zip"
run export bundle -o exported
run export bundle -o exported.zip

say "5. Is that the course we published? Then publishing it would change nothing"
run check exported exported.zip
run publish exported --dry-run
run publish exported.zip --dry-run

say "6. What learners did (three made-up ones; in earnest the learning platform writes these rows)"
../.venv/bin/python ../packages/demo_learners.py
run export enrollments -o enrollments.csv
run export certificates -o certificates.csv
cat enrollments.csv certificates.csv

say "Look at demo/exported (the course as files), demo/*.csv, demo/.coursewright/media (the media, by content)."
