"""The genres and themes of the invented service, and how they belong together.

A genre says how common it is, whom it suits and how long its films run; a theme names
the genres in which it is at home. `stories.py` has the sentences for each.
"""

from dataclasses import dataclass

MATURITIES = (0, 6, 12, 16, 18)


@dataclass(frozen=True)
class Genre:
    """One genre.

    share:            relative number of works whose first genre it is
    maturity_weights: relative weight of the ages 0, 6, 12, 16 and 18
    film_minutes:     typical length of a film
    episode_minutes:  typical length of an episode
    neighbours:       genres that stand second beside it
    """

    name: str
    share: float
    maturity_weights: tuple[float, float, float, float, float]
    film_minutes: int
    episode_minutes: int
    neighbours: tuple[str, ...]


GENRES: tuple[Genre, ...] = (
    Genre("Drama", 15, (1, 2, 6, 4, 1), 112, 52, ("Romance", "Crime", "History", "Music")),
    Genre("Comedy", 13, (2, 4, 6, 2, 0), 98, 28, ("Romance", "Drama", "Family", "Music")),
    Genre("Crime", 11, (0, 0, 4, 6, 2), 108, 54, ("Thriller", "Drama", "History")),
    Genre("Thriller", 10, (0, 0, 3, 7, 3), 106, 50, ("Crime", "Action", "Horror", "Drama")),
    Genre("Action", 7, (0, 0, 4, 6, 2), 114, 46, ("Thriller", "Adventure", "Science fiction")),
    Genre("Adventure", 5, (1, 4, 6, 1, 0), 110, 44, ("Action", "Family", "Fantasy", "History")),
    Genre("Science fiction", 7, (0, 1, 7, 4, 1), 118, 50, ("Thriller", "Adventure", "Drama")),
    Genre("Fantasy", 5, (1, 3, 6, 2, 0), 116, 48, ("Adventure", "Family", "Romance", "Horror")),
    Genre("Horror", 5, (0, 0, 0, 6, 5), 96, 44, ("Thriller", "Fantasy", "Science fiction")),
    Genre("Romance", 7, (1, 4, 6, 2, 0), 104, 46, ("Drama", "Comedy", "History", "Music")),
    Genre("Documentary", 8, (4, 4, 4, 1, 0), 88, 48, ("History", "Sport", "Music", "Crime")),
    Genre("Animation", 5, (6, 6, 2, 0, 0), 86, 22, ("Family", "Adventure", "Comedy", "Fantasy")),
    Genre("Family", 5, (6, 6, 1, 0, 0), 94, 26, ("Comedy", "Adventure", "Animation", "Fantasy")),
    Genre("History", 5, (0, 2, 6, 4, 1), 124, 54, ("Drama", "Romance", "Adventure")),
    Genre("Music", 3, (4, 4, 4, 1, 0), 96, 40, ("Drama", "Comedy", "Romance", "Documentary")),
    Genre("Sport", 3, (3, 5, 4, 1, 0), 100, 42, ("Drama", "Documentary", "Comedy", "Family")),
)
GENRE_NAMES: tuple[str, ...] = tuple(genre.name for genre in GENRES)
GENRE_BY_NAME: dict[str, Genre] = {genre.name: genre for genre in GENRES}

GENRES_OF_THEME: dict[str, tuple[str, ...]] = {
    "heist": ("Crime", "Thriller", "Action"),
    "cold case": ("Crime", "Thriller"),
    "courtroom": ("Crime", "Drama"),
    "undercover": ("Crime", "Thriller", "Action"),
    "small-town secrets": ("Drama", "Crime", "Thriller"),
    "conspiracy": ("Thriller", "Science fiction"),
    "espionage": ("Thriller", "Action", "History"),
    "survival": ("Adventure", "Thriller", "Action"),
    "revenge": ("Action", "Thriller", "Drama"),
    "martial arts": ("Action",),
    "road trip": ("Comedy", "Adventure", "Drama"),
    "treasure hunt": ("Adventure", "Family"),
    "sea voyage": ("Adventure", "History"),
    "polar expedition": ("Adventure", "Documentary"),
    "space exploration": ("Science fiction", "Adventure"),
    "artificial minds": ("Science fiction", "Thriller"),
    "time loop": ("Science fiction", "Comedy"),
    "dystopia": ("Science fiction", "Drama"),
    "school of magic": ("Fantasy", "Family"),
    "dragons": ("Fantasy", "Animation"),
    "folklore": ("Fantasy", "Horror"),
    "haunted house": ("Horror",),
    "monsters": ("Horror", "Science fiction"),
    "found family": ("Drama", "Family", "Comedy"),
    "second chances": ("Romance", "Drama"),
    "wedding": ("Romance", "Comedy"),
    "forbidden love": ("Romance", "History"),
    "workplace": ("Comedy",),
    "friendship": ("Comedy", "Family", "Animation"),
    "coming of age": ("Drama", "Comedy"),
    "royal court": ("History", "Drama", "Romance"),
    "war years": ("History", "Drama"),
    "revolution": ("History",),
    "wildlife": ("Documentary", "Family"),
    "food": ("Documentary", "Comedy"),
    "true crime": ("Documentary", "Crime"),
    "ocean": ("Documentary",),
    "band on tour": ("Music", "Drama"),
    "on the stage": ("Music",),
    "dance": ("Music", "Romance"),
    "underdog team": ("Sport", "Family"),
    "racing": ("Sport", "Action"),
    "talking animals": ("Animation", "Family"),
    "inventions": ("Animation", "Family"),
}
THEME_NAMES: tuple[str, ...] = tuple(GENRES_OF_THEME)
THEMES_OF_GENRE: dict[str, tuple[str, ...]] = {
    genre: tuple(theme for theme, homes in GENRES_OF_THEME.items() if genre in homes)
    for genre in GENRE_NAMES
}

# Themes that a title for children may have.
KIDS_THEMES = frozenset(
    {
        "treasure hunt",
        "school of magic",
        "dragons",
        "found family",
        "friendship",
        "wildlife",
        "underdog team",
        "talking animals",
        "inventions",
    }
)

TONE_OF_GENRE: dict[str, tuple[str, ...]] = {
    "Drama": ("quiet", "moving", "intense"),
    "Comedy": ("light", "witty", "warm"),
    "Crime": ("dark", "tense", "gritty"),
    "Thriller": ("tense", "dark", "intense"),
    "Action": ("fast", "intense", "bold"),
    "Adventure": ("bold", "epic", "warm"),
    "Science fiction": ("cool", "epic", "tense"),
    "Fantasy": ("epic", "dreamy", "dark"),
    "Horror": ("dark", "eerie", "intense"),
    "Romance": ("warm", "dreamy", "light"),
    "Documentary": ("quiet", "curious", "epic"),
    "Animation": ("playful", "bright", "warm"),
    "Family": ("warm", "playful", "bright"),
    "History": ("epic", "quiet", "gritty"),
    "Music": ("bright", "bold", "moving"),
    "Sport": ("fast", "bold", "moving"),
}
