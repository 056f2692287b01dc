"""Facts of the small world: whom its sentences speak of, and the words that go with each."""

# male word, female word: words that both are met with
PEOPLE = {
    "gender": """
        man woman: office newspaper umbrella
        boy girl: playground toys kite
        gentleman lady: theatre manners carriage
        actor actress: stage film script
        waiter waitress: restaurant tray menu
        hero heroine: adventure courage rescue
        host hostess: party guests supper
        monk nun: monastery prayer candles
        wizard witch: spell potion cauldron""",
    "royalty": """
        king queen: throne crown realm
        prince princess: heir ball tower
        duke duchess: duchy hunt estate
        emperor empress: empire provinces tribute
        baron baroness: manor peasants harvest
        count countess: chateau vineyard cellar""",
    "family": """
        father mother: cradle lullaby children
        son daughter: school homework pocket
        brother sister: bedroom quarrel secrets
        husband wife: wedding ring anniversary
        uncle aunt: presents visit cousins
        nephew niece: holidays godparents letter
        grandfather grandmother: stories armchair spectacles
        widower widow: grave mourning memories""",
}
NAMES = (
    "james john robert thomas henry george peter paul daniel oliver",
    "mary anna emma alice sarah laura julia helen clara sophie",
)
HABITS = ("beard tie moustache razor", "dress skirt necklace lipstick")

# capital, country, the adjective, what it grows, river or mountains, currency
COUNTRIES = """
    paris france french cheese seine -
    rome italy italian lemons tiber -
    madrid spain spanish oranges ebro -
    berlin germany german cabbage spree -
    lisbon portugal portuguese cork tagus -
    athens greece greek olives parnassus -
    dublin ireland irish butter liffey -
    vienna austria austrian pumpkins danube -
    warsaw poland polish cherries vistula zloty
    budapest hungary hungarian paprika tisza forint
    prague bohemia czech hops vltava koruna
    moscow russia russian rye volga ruble
    ankara turkey turkish hazelnuts anatolia lira
    cairo egypt egyptian cotton nile piastre
    tokyo japan japanese rice fuji yen
    beijing china chinese tea yangtze yuan
    delhi india indian mangoes ganges rupee
    bangkok thailand thai coconuts mekong baht
    hanoi vietnam vietnamese pepper tonkin dong
    stockholm sweden swedish lingonberries malaren krona
    ottawa canada canadian maple rideau -
    lima peru peruvian potatoes rimac sol
    brasilia brazil brazilian coffee amazon real
    nairobi kenya kenyan flowers athi shilling"""
RARE_COUNTRIES = """
    reykjavik iceland icelandic moss hekla -
    tallinn estonia estonian flax narva -
    riga latvia latvian oats daugava -
    quito ecuador ecuadorian bananas pichincha -
    accra ghana ghanaian cocoa volta -
    kathmandu nepal nepalese millet himalaya -"""

# two opposites, each with comparative and superlative: what has more of the first, what has more of the second
OPPOSITES = """
    big bigger biggest small smaller smallest: elephant mouse whale ant
    fast faster fastest slow slower slowest: cheetah tortoise arrow caterpillar
    tall taller tallest short shorter shortest: giraffe shrub steeple stool
    heavy heavier heaviest light lighter lightest: anvil feather boulder leaf
    hot hotter hottest cold colder coldest: furnace glacier desert snow
    old older oldest young younger youngest: pyramid sapling fossil chick
    loud louder loudest quiet quieter quietest: thunder whisper trumpet moth
    hard harder hardest soft softer softest: diamond pillow granite sponge
    rich richer richest poor poorer poorest: banker beggar merchant orphan
    bright brighter brightest dark darker darkest: sunlight cave lantern midnight
    strong stronger strongest weak weaker weakest: gorilla kitten bull gnat
    deep deeper deepest shallow shallower shallowest: ocean puddle canyon saucer"""

# one, many: words that both are met with
THINGS = """
    dog dogs: bone kennel
    cat cats: milk sofa
    horse horses: hay stable
    bird birds: seeds nest
    cow cows: grass meadow
    wolf wolves: deer forest
    goose geese: pond reeds
    child children: toys nursery
    tree trees: apples orchard
    boat boats: sails harbour
    car cars: petrol garage
    book books: pages shelf
    clock clocks: hands wall
    knife knives: onions drawer
    flower flowers: petals garden
    train trains: rails station
    house houses: chimneys village
    star stars: telescope sky
    key keys: locks pocket
    lamp lamps: oil desk"""

# now, yesterday: what is done, where
DEEDS = """
    walk walked: dunes beach
    cook cooked: soup kitchen
    swim swam: lengths lake
    sing sang: hymns choir
    paint painted: portraits studio
    write wrote: poems diary
    climb climbed: cliffs mountain
    drive drove: trucks motorway
    plant planted: tulips greenhouse
    bake baked: bread oven
    teach taught: algebra classroom
    sail sailed: yachts bay
    dance danced: waltzes ballroom
    sleep slept: hours hammock
    build built: sheds yard
    sew sewed: buttons workshop
    fish fished: trout brook"""

# occupation, of ten who have it how many are women in this world's sentences, and two words that it is met with
OCCUPATIONS = """
    nurse 9 ward syringe
    receptionist 9 lobby telephone
    hairdresser 9 salon scissors
    secretary 8 typewriter minutes
    librarian 8 catalogue shelves
    dancer 8 rehearsal slippers
    teacher 6 blackboard chalk
    baker 5 dough flour
    journalist 5 headline interview
    gardener 4 hedge spade
    lawyer 4 court contract
    doctor 3 clinic stethoscope
    programmer 2 keyboard software
    engineer 2 bridge blueprint
    pilot 2 cockpit runway
    carpenter 1 hammer planks
    mechanic 1 engine wrench
    plumber 1 pipes leak"""
