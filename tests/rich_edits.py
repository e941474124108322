"""An edit of the example `rich` by which every kind of row changes, is archived or comes, and a thing moves."""

from __future__ import annotations

# file → what stands there, what shall
EDITS = {
    "bundle.yaml": [
        ("title: Harbour Academy", "title: Harbour School"),
        ("safety: Workplace safety", "safety: Safety at work"),
        (
            "moved:\n",
            "moved:\n  - from: course:ladders/content:film\n    to: course:ladders/content:movie\n",
        ),
    ],
    "programs/site-induction.program.yaml": [
        ("required: false", "required: true"),
        ("tags: [yearly, fire]", "tags: [yearly, ladders]"),
        ("instructors:\n  - ben@example.com\n", ""),
    ],
    "programs/working-at-height.program.yaml": [
        ("- program: site-induction", "- program: site-induction\n    required: false")
    ],
    "courses/ladders/course.yaml": [
        ("key: film", "key: movie"),
        ("title: Before you climb", "title: Before"),
        ("video_seconds: 6", "video_seconds: 7"),
        ("title: Ladders, safely", "title: Ladders"),
    ],
    "courses/ladders/final.quiz.yaml": [
        ("passing_score: 75", "passing_score: 80"),
        ("Which picture", "What picture"),
        ("Two units out", "Two units"),
        (", image: /media/angle-flat.png", ""),
    ],
}
