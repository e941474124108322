#!/bin/sh
# `make demo`: a real course into a real PostgreSQL and back out.
# sh packages/demo.sh [FOLDER [BIN]]   works in FOLDER (./demo), which it makes anew, with the programs in BIN (.venv/bin).
set -eu
packages=$(cd "$(dirname "$0")" && pwd)
demo=${1:-$packages/../demo}
bin=${2:-$packages/../.venv/bin}
bin=$(cd "$bin" && pwd)
rm -rf "$demo"
mkdir -p "$demo"
cd "$demo"
example=$packages/examples/rich

say() { printf '\n── %s\n\n' "$*"; }
run() {
    printf '$ coursewright %s\n' "$*"
    "$bin/coursewright" "$@"
}

say "1. Is the course right?"
run check "$example"

say "2. Publish it. There is no configuration, so the tenant is an embedded PostgreSQL in .coursewright"
run publish "$example"

say "3. Publish it again: nothing has changed, so nothing is written"
run publish "$example"

say "4. Take it back out, as a folder and as a zip"
run export bundle -o exported
run export bundle -o exported.zip

say "5. Is that what was published? Then it is right, and publishing it would change nothing"
run check exported exported.zip
run publish exported --dry-run

say "6. Enrolments and certificates as CSV, of three made-up learners (in earnest the learning platform writes them)"
"$bin/python" "$packages/demo_learners.py"
run export enrollments -o enrollments.csv
run export certificates -o certificates.csv
cat enrollments.csv certificates.csv

say "Look around in $(pwd)
   exported/            the course as files         exported.zip   the same, zipped
   enrollments.csv      certificates.csv
   .coursewright/media  the media, by content       .coursewright/postgres   the database"
