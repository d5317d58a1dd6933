"""The documented examples, as rows of (title of the page, case, decision).

The tables have them by page. Names and policies are this project's own; what they show is the documentation's."""

from . import examples_conditions, examples_iam, examples_kms

ROWS = [
    (page, case, decision)
    for table in (*examples_kms.TABLES, *examples_iam.TABLES, *examples_conditions.TABLES)
    for page, rows in table.items()
    for case, decision in rows
]
