"""Emblems: one simple sign for each theme, in a square of 80 around the origin."""

EMBLEMS: dict[str, str] = {
    "key": "M-18-30a16 16 0 1 1-6 31V14h14v9h-14v12h-9V1a16 16 0 0 1 15-31zm0 9a7 7 0 1 0 .1 0z",
    "heart": "M0 34C-48 0-40-34-18-34-6-34 0-24 0-18 0-24 6-34 18-34 40-34 48 0 0 34z",
    "crown": "M-38-22l18 18L0-32 20-4l18-18-7 46h-62zM-31 29h62v8h-62z",
    "eye": "M-42 0q42-50 84 0-42 50-84 0zm42-17a17 17 0 1 0 .1 0zm0 9a8 8 0 1 1-.1 0z",
    "moon": "M12-38a38 38 0 1 0 26 52A32 32 0 0 1 12-38z",
    "star": "M0-40l10 28 30 1-24 18 9 29L0 19l-25 17 9-29-24-18 30-1z",
    "anchor": "M0-40a9 9 0 0 1 5 16v7h13v8H5v36q18-3 22-20l-7 1 12-16 8 18-6-1Q28 38 0 38"
    "T-34 9l-6 1 8-18L-20 8"
    "l-7-1q4 17 22 20V-9h-13v-8h13v-7a9 9 0 0 1 5-16z",
    "note": "M-10-34l42-8v52a14 12 0 1 1-8-11v-26l-26 5v42a14 12 0 1 1-8-11z",
    "ball": "M0-38a38 38 0 1 0 .1 0zm0 18l17 12-6 20h-22l-6-20z",
    "flag": "M-30-40h7v4q20-8 34 0t24 0v40q-12 8-26 0t-32 0v36h-7z",
    "leaf": "M-34 36q-6-70 70-72 4 68-54 62 12-24 32-40-30 16-42 52z",
    "wave": "M-42 6q8-34 40-34 22 0 26 20-12-8-20 0-8 10 6 18 16 8 32-4v28h-84z",
    "clock": "M0-38a38 38 0 1 0 .1 0zm0 9a29 29 0 1 1-.1 0zm-3 9h7v20l14 9-4 6-17-11z",
    "flame": "M0 40c-30 0-38-32-16-52 0 12 6 16 10 16-6-18 2-36 18-44-2 18 24 30 18 56-3 16-16 24-30 24z",
    "door": "M-26 38v-76h52v76h-9v-66h-34v66zM-12-24h24v62l-24-8zM6 6a3 3 0 1 0 .1 0z",
    "peak": "M-44 34L-12-30l14 24 10-16 32 56zM-12-30l-10 21 9-4 6 6 4-6z",
    "compass": "M0-40a40 40 0 1 0 .1 0zm0 8a32 32 0 1 1-.1 0zm16 14L6 8-16 20-6-6z",
    "rocket": "M0-42q22 22 14 58h-28q-8-36 14-58zm0 20a7 7 0 1 0 .1 0zM-16 4l-14 26 18-8zM16 4l14 26-18-8z"
    "M-7 22h14L0 42z",
    "cup": "M-24-36h48v6h16q0 30-22 32-6 10-12 12v14h14v8h-40v-8h14V14Q-12 12-18 2-40 0-40-30h16z",
    "blade": "M34-42l4 4-40 52 8 8-6 6-10-10-14 18-8-8 18-14-10-10 6-6 8 8z",
    "tree": "M0-42l22 28H12l18 24H18l20 24H6v10H-6V34h-32l20-24h-12l18-24h-10z",
    "house": "M0-38l42 34h-10v40H8V12H-8v24h-24V-4h-10z",
    "bolt": "M10-42l-34 46h18l-8 38 36-50H4l14-34z",
    "paw": "M0 0q18 0 24 20 2 16-14 14-10-3-20 0-16 2-14-14Q-18 0 0 0zM-30-16a8 11 0 1 0 .1 0z"
    "M-11-36a9 12 0 1 0 .1 0zM11-36a9 12 0 1 0 .1 0zM30-16a8 11 0 1 0 .1 0z",
    "mask": "M-40-26q40 14 80 0-2 56-40 62-38-6-40-62zm10 14q4 14 22 10-4-12-22-10z"
    "m60 0q-18-2-22 10 18 4 22-10z"
    "M-16 14q16 10 32 0-4 14-16 14T-16 14z",
    "gear": "M-6-40h12l3 10 9 4 9-6 8 8-5 10 4 8 10 4v8l-10 4-4 9 5 9-8 8-9-5"
    "-9 4-3 9H-6l-3-9-9-4-9 5-8-8 5-9-4-9"
    "-10-4v-8l10-4 4-8-5-10 8-8 9 6 9-4zM0-13a14 14 0 1 0 .1 0z",
}
_OF_THEME: dict[str, tuple[str, ...]] = {
    "heist": ("key", "clock"),
    "cold case": ("eye", "key"),
    "courtroom": ("flag", "eye"),
    "undercover": ("mask", "eye"),
    "small-town secrets": ("house", "door"),
    "conspiracy": ("eye", "mask"),
    "espionage": ("mask", "key"),
    "survival": ("peak", "flame"),
    "revenge": ("blade", "flame"),
    "martial arts": ("blade", "bolt"),
    "road trip": ("compass", "star"),
    "treasure hunt": ("compass", "key"),
    "sea voyage": ("anchor", "wave"),
    "polar expedition": ("peak", "compass"),
    "space exploration": ("rocket", "star"),
    "artificial minds": ("gear", "eye"),
    "time loop": ("clock", "gear"),
    "dystopia": ("eye", "gear"),
    "school of magic": ("star", "moon"),
    "dragons": ("flame", "crown"),
    "folklore": ("tree", "moon"),
    "haunted house": ("house", "door"),
    "monsters": ("eye", "paw"),
    "found family": ("house", "heart"),
    "second chances": ("heart", "clock"),
    "wedding": ("heart", "star"),
    "forbidden love": ("heart", "blade"),
    "workplace": ("clock", "gear"),
    "friendship": ("heart", "star"),
    "coming of age": ("star", "moon"),
    "royal court": ("crown", "mask"),
    "war years": ("flag", "star"),
    "revolution": ("flag", "flame"),
    "wildlife": ("paw", "leaf"),
    "food": ("flame", "leaf"),
    "true crime": ("eye", "door"),
    "ocean": ("wave", "anchor"),
    "band on tour": ("note", "bolt"),
    "on the stage": ("mask", "note"),
    "dance": ("note", "heart"),
    "underdog team": ("ball", "cup"),
    "racing": ("flag", "bolt"),
    "talking animals": ("paw", "leaf"),
    "inventions": ("gear", "rocket"),
}


def knows_theme(theme: str) -> bool:
    """Whether there are emblems for a theme."""
    return theme in _OF_THEME


def emblems_of(theme: str) -> tuple[str, ...]:
    """Names of the emblems that stand for a theme."""
    return _OF_THEME[theme]
