"""The words out of which names of works are made."""


def split_words(text: str) -> tuple[str, ...]:
    """The words of a text, as a list too long to quote one by one."""
    return tuple(text.split())


ADJECTIVES: tuple[str, ...] = split_words(
    "Amber Ashen Barefoot Bitter Borrowed Brass Bright Broken Burning Careless Chalk Clockwork "
    "Cobalt Copper Crooked Distant Drowned Electric Emerald Faithful Feathered Fearless Foreign "
    "Forgotten Fragile Frozen Gentle Gilded Glass Hidden Hollow Honest Hungry Idle Indigo Iron "
    "Ivory Jealous Kindly Lonesome Lost Marble Midnight Moonlit Narrow Nameless Northern Opal "
    "Painted Paper Patient Pearl Quiet Ragged Reckless Restless Rusted Salted Scarlet Secret "
    "Shallow Silent Silver Sleeping Slow Smoking Southern Spotless Stolen Stubborn Sudden Sunken "
    "Tangled Thirsty Thousandth Timid Trembling Uncertain Unwritten Velvet Violet Wandering "
    "Weathered Whispering Wicked Willing Winter Wooden Yellow"
)
NUMBERS: tuple[str, ...] = split_words(
    "Two Three Four Five Six Seven Eight Nine Eleven Twelve Thirteen Nineteen Forty Ninety "
    "Hundred Thousand"
)
PLURALS: tuple[str, ...] = split_words(
    "Anchors Apologies Bells Borders Bridges Candles Chairs Clocks Confessions Corridors Debts "
    "Doorways Embers Envelopes Feathers Ferries Fires Gardens Glances Harbours Heartbeats Islands "
    "Keys Lanterns Letters Lies Maps Masks Matches Meadows Mirrors Moons Mornings Neighbours "
    "Oaths Orchards Passengers Pianos Postcards Promises Ravens Rivers Rooms Rumours Sails "
    "Secrets Shadows Signals Silences Sisters Sparrows Staircases Stations Storms Strangers "
    "Suitcases Sundays Telegrams Tides Tomorrows Tunnels Umbrellas Voices Waltzes Weddings Whales "
    "Windows Winters Witnesses Wolves Words"
)
SHORT_WORDS: tuple[str, ...] = split_words(
    "Ash Bell Black Blood Bone Brine Cinder Cloud Clover Coal Cold Crow Dawn Dust Ember Fern Fire "
    "Flint Frost Ghost Glass Gold Grave Hail Hawk Heart Honey Ink Iron Lamp Lark Light Lock Mist "
    "Moon Moss Moth Night Oak Owl Pine Quick Rain Reed Ring Root Rose Rust Salt Sand Shade Silk "
    "Smoke Snow Song Spark Star Stone Storm Sun Thorn Thunder Tide Tin Wax Wild Wind Wolf Wood "
    "Wren"
)
VERBS: tuple[str, ...] = split_words(
    "Leaving Finding Forgetting Saving Crossing Calling Chasing Burning Remembering Inventing "
    "Waking Escaping Mapping Missing Trading Loving Owning Beyond Against"
)
PLACE_HEADS: tuple[str, ...] = split_words(
    "Hal Var Kest Orm Bel Mar Tor Sel Lun Dra Elm Ast Cor Fen Gal Hest Ist Jor Kal Lor Mist Nor "
    "Osk Pel Quar Rav Sol Tam Und Vel Wes Yl Zar Brin Cael Dun Esk Fal Grim Hol"
)
PLACE_TAILS: tuple[str, ...] = split_words(
    "vorsund holm mere stead avik enza ora mouth burg dale ania grad ingham ocq wick heim eria "
    "otto ford moor isko una ville arra etto fjord haven kirk land by"
)
CREATURES: tuple[str, ...] = split_words(
    "Badger Bear Beetle Beaver Bunny Camel Crab Cricket Donkey Duck Elephant Ferret Finch Fox "
    "Frog Gecko Giraffe Goat Goose Hedgehog Heron Hippo Kitten Koala Lamb Lion Llama Lynx Magpie "
    "Mole Moose Mouse Narwhal Newt Octopus Otter Owl Panda Parrot Pelican Penguin Pig Pony Puffin "
    "Raccoon Robin Seal Sloth Snail Squirrel Tiger Toad Tortoise Turtle Vole Walrus Weasel Yak "
    "Zebra"
)
GENRE_NOUNS: dict[str, tuple[str, ...]] = {
    genre: split_words(words)
    for genre, words in {
        "Drama": "Harbour Orchard Inheritance Daughter Staircase Kitchen Neighbour Bridge Window "
        "Letter Season Distance Garden Silence Evening Tide Confession Photograph",
        "Comedy": "Umbrella Landlord Trombone Picnic Upstairs Nephew Sandwich Lawnmower Mattress "
        "Understudy Moustache Parrot Holiday Casserole Babysitter Karaoke Trousers",
        "Crime": "Alibi Ledger Informer Evidence Warehouse Witness Fingerprint Counterfeit Verdict "
        "Pawnbroker Inquest Suspect Cellar Ransom Lockpick Docklands Fence",
        "Thriller": "Signal Corridor Passenger Deadline Cipher Stranger Elevator Broadcast Hostage "
        "Courier Blackout Switchboard Threshold Intruder Fuse Tunnel Dossier",
        "Action": "Convoy Detonator Mercenary Ambush Falcon Hammer Overpass Renegade Blade Pursuit "
        "Barricade Gunmetal Vanguard Stampede Recoil Freight Citadel",
        "Adventure": "Compass Expedition Lagoon Cartographer Monsoon Canyon Galleon Machete Summit "
        "Caravan Idol Archipelago Waterfall Airship Horizon Rapids Ruins",
        "Science fiction": "Orbit Android Colony Parallax Satellite Airlock Nebula Quarantine "
        "Machine Algorithm Starlight Gravity Hologram Reactor Eclipse Archive",
        "Fantasy": "Crown Dragon Sorcerer Oracle Grimoire Throne Spell Raven Changeling Tower Oath "
        "Amulet Griffin Cauldron Prophecy Forest Sceptre Unicorn",
        "Horror": "Attic Coffin Marionette Asylum Crypt Scarecrow Seance Lullaby Swamp Mirror Moth "
        "Basement Cradle Hunger Well Nightmare Mourner Icehouse",
        "Romance": "Kiss Valentine Bouquet Honeymoon Proposal Serenade Postcard Bakery Waltz "
        "Blossom Summer Sunrise Vineyard Heartbeat Lighthouse Terrace Rendezvous",
        "Documentary": "Glacier Herd Kitchen Archive Coastline Reef Migration Harvest Volcano "
        "Atlas Railway Beekeeper Courtroom Desert Market Treaty River Tribe",
        "Animation": "Balloon Acorn Snowflake Robot Teapot Rainbow Bubble Pebble Kite Gumdrop "
        "Mitten Firefly Puddle Button Spaceship Toaster Moonbeam Lollipop",
        "Family": "Treehouse Pony Puppy Birthday Wagon Circus Bicycle Sandcastle Snowman Pirate "
        "Telescope Wishbone Campfire Scooter Pumpkin Grandfather Ferry Pancake",
        "History": "Regent Musket Cathedral Envoy Siege Cavalry Duchess Abbey Mutiny Armistice "
        "Parchment Emperor Battalion Heretic Crusade Coronation Physician Shipyard",
        "Music": "Refrain Drummer Encore Ballad Jukebox Soprano Chorus Rhythm Violin Cadenza Vinyl "
        "Trumpet Overture Melody Backbeat Accordion Metronome",
        "Sport": "Whistle Goalkeeper Champion Marathon Overtime Sprint Velodrome Uppercut Rematch "
        "Relay Stadium Penalty Peloton Boxer Regatta Scoreboard Finish",
    }.items()
}
# English, German, French, Spanish, Danish; with the article where the language puts it.
TRANSLATED_NOUNS: tuple[tuple[str, str, str, str, str], ...] = (
    ("Lighthouse", "Der Leuchtturm", "Le phare", "El faro", "Fyret"),
    ("Bridge", "Die Brücke", "Le pont", "El puente", "Broen"),
    ("Garden", "Der Garten", "Le jardin", "El jardín", "Haven"),
    ("Queen", "Die Königin", "La reine", "La reina", "Dronningen"),
    ("King", "Der König", "Le roi", "El rey", "Kongen"),
    ("Thief", "Der Dieb", "Le voleur", "El ladrón", "Tyven"),
    ("Doctor", "Der Arzt", "Le médecin", "El médico", "Lægen"),
    ("Widow", "Die Witwe", "La veuve", "La viuda", "Enken"),
    ("Secret", "Das Geheimnis", "Le secret", "El secreto", "Hemmeligheden"),
    ("Shadow", "Der Schatten", "L'ombre", "La sombra", "Skyggen"),
    ("Clockmaker", "Der Uhrmacher", "L'horloger", "El relojero", "Urmageren"),
    ("Ferryman", "Der Fährmann", "Le passeur", "El barquero", "Færgemanden"),
    ("Judge", "Der Richter", "Le juge", "El juez", "Dommeren"),
    ("Castle", "Das Schloss", "Le château", "El castillo", "Slottet"),
    ("Winter", "Der Winter", "L'hiver", "El invierno", "Vinteren"),
    ("Wolf", "Der Wolf", "Le loup", "El lobo", "Ulven"),
    ("Painter", "Der Maler", "Le peintre", "El pintor", "Maleren"),
    ("Baker", "Der Bäcker", "Le boulanger", "El panadero", "Bageren"),
    ("Choir", "Der Chor", "Le chœur", "El coro", "Koret"),
    ("Island", "Die Insel", "L'île", "La isla", "Øen"),
    ("Night", "Die Nacht", "La nuit", "La noche", "Natten"),
    ("Children", "Die Kinder", "Les enfants", "Los niños", "Børnene"),
    ("Daughters", "Die Töchter", "Les filles", "Las hijas", "Døtrene"),
    ("Letters", "Die Briefe", "Les lettres", "Las cartas", "Brevene"),
    ("River", "Der Fluss", "Le fleuve", "El río", "Floden"),
    ("Fire", "Das Feuer", "Le feu", "El fuego", "Ilden"),
    ("Treasure", "Der Schatz", "Le trésor", "El tesoro", "Skatten"),
    ("Pirates", "Die Piraten", "Les pirates", "Los piratas", "Piraterne"),
    ("Miller", "Der Müller", "Le meunier", "El molinero", "Mølleren"),
    ("Songs", "Die Lieder", "Les chansons", "Las canciones", "Sangene"),
    ("Storm", "Der Sturm", "La tempête", "La tormenta", "Stormen"),
    ("Witch", "Die Hexe", "La sorcière", "La bruja", "Heksen"),
)
