"""Decisions joined to outcomes: the rows that off-policy tools read, ours and others'.

In: the decision records and the log. Out: one row for each choice, in the columns of `schema`. A profile
is named by a keyed hash unless its id is asked for; page ids, which hold it, never leave.
"""

from frontrow.evaluation.decisions.choices import choices_of, is_within
from frontrow.evaluation.decisions.export import Exported, write_choices
from frontrow.evaluation.decisions.joined import (
    HOUR_US,
    Answer,
    AnswerRow,
    Decisions,
    JoinedProfile,
    Joining,
    answers_of,
    generated_us,
    joined_decisions,
    served_page,
)
from frontrow.evaluation.decisions.none_left import refuse_none
from frontrow.evaluation.decisions.schema import COLUMNS, KINDS

__all__ = [
    "COLUMNS",
    "HOUR_US",
    "KINDS",
    "Answer",
    "AnswerRow",
    "Decisions",
    "Exported",
    "JoinedProfile",
    "Joining",
    "answers_of",
    "choices_of",
    "generated_us",
    "is_within",
    "joined_decisions",
    "refuse_none",
    "served_page",
    "write_choices",
]
