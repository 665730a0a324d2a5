"""What happens in a story of each theme: what the lead sets out to do, and what goes against it."""

# theme: (what the lead sets out to do, ...), (what goes against it, ...)
TURNS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "heist": (
        (
            "plans one last robbery with people who can't stand each other",
            "finds the flaw in a vault that has none",
        ),
        (
            "Somebody in the crew has already sold the plan.",
            "The heist takes nine minutes, and the tenth changes everything.",
        ),
    ),
    "cold case": (
        (
            "opens a case that was closed twenty years ago",
            "recognises a face in an old evidence photograph",
        ),
        (
            "The witnesses are old, and one of them still lies.",
            "The cold case was never cold for the one who did it.",
        ),
    ),
    "courtroom": (
        (
            "defends a client whom the whole town has judged",
            "takes a case that the firm wants lost",
        ),
        (
            "In the courtroom the truth is only one of the exhibits.",
            "Twelve jurors are listening, and one knows more than the court.",
        ),
    ),
    "undercover": (
        (
            "goes undercover for a week and stays a year",
            "joins the family that has to be brought down",
        ),
        (
            "The longer the lie works, the truer it becomes.",
            "Only one person knows the real name, and that person is gone.",
        ),
    ),
    "small-town secrets": (
        ("comes home for a funeral and asks one question too many", "finds the old mayor's diary"),
        (
            "In a small town a secret has many owners.",
            "Everybody remembers that night, and nobody in the same way.",
        ),
    ),
    "conspiracy": (
        (
            "notices a number that should not be there",
            "receives a file addressed to a dead colleague",
        ),
        (
            "Those who could help are named in it.",
            "The conspiracy is older than the state that it hides in.",
        ),
    ),
    "espionage": (
        ("carries a message across three borders", "is asked to spy on an old friend"),
        (
            "Both sides pay well, and both sides know.",
            "In this trade even the truth is a cover story.",
        ),
    ),
    "survival": (
        (
            "has four days of water and a six-day walk",
            "must lead strangers out before the weather turns",
        ),
        (
            "Survival is a matter of who is trusted with the rope.",
            "The land doesn't hate them; it just doesn't care.",
        ),
    ),
    "revenge": (
        ("returns after ten years with a list of five names", "learns who gave the order"),
        (
            "Revenge needs patience, and patience has a price.",
            "The last name on the list is family.",
        ),
    ),
    "martial arts": (
        (
            "enters a tournament under a borrowed name",
            "defends the last school of a forgotten style",
        ),
        (
            "Every fight teaches something, and the last one is about mercy.",
            "The old master has one more lesson, and it hurts.",
        ),
    ),
    "road trip": (
        (
            "sets off in a borrowed car with the wrong passenger",
            "must drive a piano across the country",
        ),
        (
            "The road is long, and the radio has one tape.",
            "They were strangers at the first petrol station.",
        ),
    ),
    "treasure hunt": (
        ("finds half of a map in a library book", "follows the riddles of a vanished explorer"),
        (
            "Others have the other half, and a faster boat.",
            "The treasure is real, but it isn't gold.",
        ),
    ),
    "sea voyage": (
        (
            "signs on to a ship that nobody insures",
            "sails for a strait which the charts don't show",
        ),
        (
            "The crew fears the captain more than the sea.",
            "Between two storms a voyage becomes a trial.",
        ),
    ),
    "polar expedition": (
        (
            "winters in the ice to find a lost expedition",
            "repeats a journey from which no one returned",
        ),
        (
            "Under the polar night every small sound counts.",
            "The ice keeps what it takes, and it keeps it well.",
        ),
    ),
    "space exploration": (
        ("answers a signal from the outer planets", "takes the first crew beyond the belt"),
        (
            "Home is eleven light-hours away and falling silent.",
            "What waits out there has been exploring too.",
        ),
    ),
    "artificial minds": (
        (
            "is hired to switch off a machine that asks for a lawyer",
            "discovers that a colleague was never human",
        ),
        (
            "A mind that can be copied can't be threatened.",
            "It has learnt everything from us, including how to hide.",
        ),
    ),
    "time loop": (
        ("wakes up on the same Tuesday again", "has one hour that keeps coming back"),
        ("Somebody else remembers it too.", "The loop is getting shorter."),
    ),
    "dystopia": (
        ("works for the office that measures obedience", "finds a banned song and begins to hum"),
        (
            "The walls were built to keep a promise in.",
            "When everybody is watched, the watcher is alone.",
        ),
    ),
    "school of magic": (
        (
            "is the first in the family to pass the entrance spell",
            "arrives at the wrong school of magic and stays",
        ),
        (
            "The forbidden corridor turns out to be homework.",
            "Magic is easy; growing up is the hard part.",
        ),
    ),
    "dragons": (
        (
            "hatches the last dragon under a kitchen stove",
            "must tame the creature that burnt the valley",
        ),
        ("A dragon never forgets a kindness, or a lie.", "Soon the sky is full of wings."),
    ),
    "folklore": (
        (
            "breaks an old custom on the one night when it matters",
            "writes down the tales that must not be told",
        ),
        (
            "In the village the old stories are kept like guard dogs.",
            "What the folk songs warned of has come to the door.",
        ),
    ),
    "haunted house": (
        ("moves into a house with one room too many", "spends a night in it for a bet"),
        (
            "The house remembers every guest.",
            "The knocking comes from inside the wall, and it knows their names.",
        ),
    ),
    "monsters": (
        ("finds tracks that end in the middle of a field", "opens a tank that was welded shut"),
        (
            "It has been hungry for a very long time.",
            "The monster is learning, and the town is not.",
        ),
    ),
    "found family": (
        (
            "takes in three children for a weekend and then for good",
            "shares a house with people whom nobody else wanted",
        ),
        (
            "They aren't related, and they become a family all the same.",
            "Home is where someone saves you the last pancake.",
        ),
    ),
    "second chances": (
        ("meets the one who left, fifteen years later", "gets a letter that was lost for a decade"),
        (
            "A second chance is harder to take than a first.",
            "Both have changed, and one of them hopes not too much.",
        ),
    ),
    "wedding": (
        ("has four days to save a wedding without a groom", "gives a speech at the wrong wedding"),
        (
            "By Saturday two families will be one or at war.",
            "The cake is late, the truth is early.",
        ),
    ),
    "forbidden love": (
        (
            "falls in love on the wrong side of a feud",
            "writes letters which must be burnt after reading",
        ),
        (
            "Their love is forbidden, and therefore known to all.",
            "They have one winter, and then a marriage is arranged.",
        ),
    ),
    "workplace": (
        ("becomes the boss by mistake", "must reorganise an office that nobody can explain"),
        (
            "The meeting has been going on since March.",
            "Somebody keeps stealing the good stapler, and it's war.",
        ),
    ),
    "friendship": (
        (
            "makes a friend whom nobody else can see the good in",
            "promises to keep the oddest secret of the summer",
        ),
        (
            "Being friends is simple until the others notice.",
            "A friendship is tested by a flood, a fair and a lost hat.",
        ),
    ),
    "coming of age": (
        ("has one summer left before everything changes", "moves to a new school and a new name"),
        (
            "Growing up happens between two bus stops.",
            "First love, first lie, first night out: all in one week.",
        ),
    ),
    "royal court": (
        ("is called to court and learns to smile", "must keep the heir alive until the coronation"),
        (
            "At court a kindness is the most dangerous of gifts.",
            "The crown is heavy, and there are two of them.",
        ),
    ),
    "war years": (
        ("hides a family while the front comes closer", "carries letters between two armies"),
        (
            "The war takes the men first and then the reasons.",
            "What was done in those years can't be told at one table.",
        ),
    ),
    "revolution": (
        (
            "prints the leaflet that starts a revolution",
            "must choose between the barricade and a brother",
        ),
        (
            "By morning the city belongs to those who stayed awake.",
            "Every revolution eats its songs.",
        ),
    ),
    "wildlife": (
        ("follows a herd through one whole year", "raises an orphaned animal and lets it go"),
        (
            "The wild is closer than anyone thought.",
            "Rare pictures of animals that are seldom seen together.",
        ),
    ),
    "food": (
        ("cooks with whoever opens the door", "looks for the origin of a single dish"),
        ("Every recipe is a family argument.", "At the long table everyone talks at once."),
    ),
    "true crime": (
        (
            "goes through the files of an unsolved crime again",
            "speaks with all who were there that evening",
        ),
        (
            "The recordings were there all along.",
            "A true crime, told by those who had to live beside it.",
        ),
    ),
    "ocean": (
        ("dives where no camera has been", "follows one current around the world"),
        (
            "The ocean gives up its secrets one breath at a time.",
            "Beneath the surface there is more light than expected.",
        ),
    ),
    "band on tour": (
        ("takes an old band on a last tour", "joins a group that hasn't spoken for years"),
        (
            "The songs still work; the friendships need tuning.",
            "Thirty towns, one van and a hit that nobody wants to play.",
        ),
    ),
    "on the stage": (
        (
            "steps in for the star one hour before the curtain",
            "stages an opera with a cast of amateurs",
        ),
        ("On the stage all is forgiven until the review.", "The prompter knows how it ends."),
    ),
    "dance": (
        (
            "enters a dance contest with a partner who can't count",
            "teaches a whole street to dance",
        ),
        ("Two left feet can still find the right beat.", "What they can't say they dance."),
    ),
    "underdog team": (
        ("trains a team that has never won", "has six weeks to turn neighbours into players"),
        ("Losing together turns out to be a start.", "The final is against those who laughed."),
    ),
    "racing": (
        ("builds a car out of three wrecks", "returns to the track where it all ended"),
        ("At that speed there is no room for a lie.", "One lap can be longer than a year."),
    ),
    "talking animals": (
        (
            "understands what the animals say, and answers",
            "leads the smallest animals to the other side of the wood",
        ),
        ("The owl has doubts, and the geese have opinions.", "Even a fox can keep a promise."),
    ),
    "inventions": (
        (
            "builds a machine that makes yesterday's weather",
            "enters the great fair with an invention that giggles",
        ),
        ("It works a little too well.", "The smallest screw holds the whole thing together."),
    ),
}
