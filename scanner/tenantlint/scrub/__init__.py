"""Scrubbing: tenant copies that can be shown to anybody and still give the same verdicts.

Names, ids, addresses, tags, scripts and secrets are replaced, the same by the same wherever it stands; what Azure
itself chose, such as types, regions, SKUs and states, is a declared vocabulary and stays. What is in no list is
replaced: a word too few in it costs a verdict, a word too many a secret.

What stays to be seen: how many resources there are of which type, where, since when and in which order; which of them
belong together; numbers and flags; and the names of properties, but for those that look like data.
"""

from tenantlint.scrub.copies import scrub_copy, scrub_head, table_name
from tenantlint.scrub.leaks import LeakFinder, ScrubError
from tenantlint.scrub.originals import Originals, originals_in
from tenantlint.scrub.report import READS_FREE_TEXT, Report
from tenantlint.scrub.scrubber import Scrubber

__all__ = [
    "READS_FREE_TEXT",
    "LeakFinder",
    "Originals",
    "Report",
    "ScrubError",
    "Scrubber",
    "originals_in",
    "scrub_copy",
    "scrub_head",
    "table_name",
]
