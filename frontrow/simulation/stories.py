"""Synopses: two sentences in which the setting, the lead and the theme of a work show.

The genre gives the setting and the trade of the lead; the theme gives what the lead sets
out to do and what goes against it.
"""

from frontrow.base.draws import Draws
from frontrow.simulation.turns import TURNS

_SETTINGS: dict[str, tuple[str, ...]] = {
    "Drama": (
        "a river town in its last good summer",
        "a tower block at the edge of the city",
        "a fishing village out of season",
        "a border town",
        "a hospital on night shift",
    ),
    "Comedy": (
        "a failing garden centre",
        "a shared flat with one key",
        "a seaside hotel",
        "the smallest radio station in the country",
        "a suburb with strict rules",
    ),
    "Crime": (
        "a harbour city in the rain",
        "a wealthy island town",
        "the northern suburbs",
        "a mining town",
        "a quarter where nobody calls the police",
    ),
    "Thriller": (
        "a mountain village cut off by snow",
        "a ministry after hours",
        "a motorway hotel",
        "a city without power",
        "a harbour with no ferries left",
    ),
    "Action": (
        "a port under siege",
        "the oldest prison in the desert",
        "a night train",
        "a city of canals",
        "a flooded oil town",
    ),
    "Adventure": (
        "an unmapped valley",
        "the islands of the far south",
        "a salt desert",
        "a drowned city",
        "the upper valley",
    ),
    "Science fiction": (
        "a station above Saturn",
        "the year 2190",
        "a city under glass",
        "a mine on the far side of the Moon",
        "the last ship to leave",
    ),
    "Fantasy": (
        "a kingdom where names have power",
        "the city of nine gates",
        "a forest that moves at night",
        "the marshes of the old queen",
        "a land without winter",
    ),
    "Horror": (
        "a house that nobody sells",
        "a valley with one road",
        "a closed sanatorium",
        "a village that keeps its lights off",
        "an island monastery",
    ),
    "Romance": (
        "a bookshop by the canal",
        "an Alpine village",
        "Lisbon in spring",
        "a vineyard at harvest",
        "a city where it always rains",
    ),
    "Documentary": (
        "four countries",
        "the archives of a forgotten office",
        "the high north",
        "the kitchens of one street",
        "the ports of three continents",
    ),
    "Animation": (
        "a town made of paper",
        "the roof gardens",
        "a cloud harbour",
        "a pond behind the mill",
        "a workshop where tools can talk",
    ),
    "Family": (
        "a village with too many animals",
        "a lighthouse",
        "a school on a hill",
        "the longest summer holiday",
        "a circus in winter quarters",
    ),
    "History": (
        "a court in its last winter",
        "Vienna in 1809",
        "a besieged harbour",
        "the silver mines of 1620",
        "a country between two kings",
    ),
    "Music": (
        "a club that closes on Sunday",
        "a conservatory",
        "a tour bus",
        "an opera house with a leaking roof",
        "a brass band's home town",
    ),
    "Sport": (
        "a club in the fourth division",
        "a velodrome",
        "a fishing town's rowing team",
        "a boxing gym above a bakery",
        "the hardest race in the Alps",
    ),
}
_LEADS: dict[str, tuple[str, ...]] = {
    "Drama": ("a teacher", "a midwife", "a retired judge", "a bus driver", "a translator"),
    "Comedy": (
        "a wedding planner",
        "an unlucky locksmith",
        "a substitute teacher",
        "a hotel pianist",
        "an overqualified caretaker",
    ),
    "Crime": (
        "a detective sergeant",
        "a forger",
        "a public defender",
        "a pathologist",
        "a safe-cracker on parole",
    ),
    "Thriller": (
        "an air traffic controller",
        "an auditor",
        "a night nurse",
        "a courier",
        "a speech writer",
    ),
    "Action": (
        "a bomb technician",
        "a former stunt driver",
        "a bodyguard",
        "a smuggler",
        "a mountain guide",
    ),
    "Adventure": ("a mapmaker", "a deep-water diver", "a balloonist", "a botanist", "a pilot"),
    "Science fiction": (
        "a navigator",
        "a terraforming engineer",
        "a memory archivist",
        "a salvage captain",
        "a linguist",
    ),
    "Fantasy": (
        "a bell-maker's apprentice",
        "an exiled knight",
        "a river witch",
        "a thief of spells",
        "a shepherd with two shadows",
    ),
    "Horror": (
        "a sound recordist",
        "an estate agent",
        "a young priest",
        "a night porter",
        "a restorer of dolls",
    ),
    "Romance": ("a pastry chef", "a piano tuner", "a vet", "a ghostwriter", "a cellist"),
    "Documentary": (
        "a film-maker",
        "a marine biologist",
        "a retired reporter",
        "a cook",
        "a historian",
    ),
    "Animation": (
        "a very small bear",
        "a nervous kite",
        "a hedgehog with a plan",
        "a girl who collects sounds",
        "an otter with a map",
    ),
    "Family": (
        "a boy with a secret pony",
        "a grandmother with a motorbike",
        "an eleven-year-old inventor",
        "a pair of twins",
        "a lonely lighthouse keeper",
    ),
    "History": (
        "a royal physician",
        "a printer",
        "a captain of the guard",
        "an interpreter at court",
        "a surveyor",
    ),
    "Music": (
        "a session drummer",
        "a soprano",
        "a street violinist",
        "a songwriter",
        "a sound engineer",
    ),
    "Sport": ("a goalkeeper", "a discarded coach", "a cyclist", "a groundswoman", "a fencer"),
}


def write_synopsis(genre: str, theme: str, lead_name: str, draws: Draws) -> str:
    """Two sentences about a work of this genre and theme with this lead."""
    setting = draws.pick(_SETTINGS[genre])
    lead = draws.pick(_LEADS[genre])
    deeds, twists = TURNS[theme]
    deed = draws.pick(deeds)
    twist = draws.pick(twists)
    if draws.chance(0.5):
        first = f"In {setting}, {lead} called {lead_name} {deed}."
    else:
        first = f"{lead_name}, {lead} in {setting}, {deed}."
    return f"{first} {twist}"
