"""`python -m pipeline`, for where the console script is not on the path."""

from __future__ import annotations

import sys

from pipeline.cli import main

sys.exit(main())
