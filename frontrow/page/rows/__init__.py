"""Row sources: each proposes rows of one kind out of the same ranking; each is one small file.

A source names its row truly: whatever the row's name says holds of every tile in it. What a source
proposes is already inside the masks; which rows are shown, and where, is assembly's affair.
"""

from frontrow.page.rows.because_you_watched import BecauseYouWatched
from frontrow.page.rows.editorial import Editorial
from frontrow.page.rows.explore import Explore
from frontrow.page.rows.for_now import ForNow
from frontrow.page.rows.genre import Genre
from frontrow.page.rows.leaving_soon import LeavingSoon
from frontrow.page.rows.new import New
from frontrow.page.rows.person import Person
from frontrow.page.rows.theme import Theme
from frontrow.page.rows.top10 import Top10
from frontrow.page.rows.top_picks import TopPicks
from frontrow.page.rows.trending import Trending
from frontrow.page.rows.watch_again import WatchAgain
from frontrow.page.rows.wishes import ContinueWatching, MyList
from frontrow.page.stage import RowSource

SOURCES: tuple[RowSource, ...] = (
    ContinueWatching(),
    MyList(),
    TopPicks(),
    Editorial(),
    Top10(),
    Trending(),
    New(),
    LeavingSoon(),
    WatchAgain(),
    ForNow(),
    Explore(),
    BecauseYouWatched(),
    Person(),
    Genre(),
    Theme(),
)
"""Every kind that this version proposes; ties in value go to the earlier."""

__all__ = ["SOURCES"]
