"""Sentences about five feelings, made from templates, for word vectors: words of one feeling stand in like contexts.

What each sentence is about: love, ball games, happiness, disappointment or food. Negations stand in all of them.
"""

from numbers import Integral

import numpy as np

from helpers.datasets.dataset import DataError

FEELINGS = ("love", "ball games", "happy", "disappointed", "food")

# Options of a slot are separated by |; an option may be several words, and may hold slots of its own.
_SLOTS = {
    # who, when and how: the same in every feeling
    "am": "i am|you are|she is|he is|we are|they are|my mother is|my brother is|my friend is|everybody is|everyone is"
    "|the children are|my parents are|our teacher is|the whole family is|the people here are|somebody is|that man is"
    "|it is|they have been|she has been|i have been|the clown is|the guests are|the couple is|who is|grandfather is",
    "was": "i was|you were|she was|he was|we were|they were|my sister was|my father was|everybody was|the kids were"
    "|she had been|the dog was|the crowd was|everything was|the guests were|it was",
    "they": "i|you|we|they|my friends|the children|my parents|people|the kids|both girls|most boys|few people",
    "she": "she|he|my mother|my father|my sister|my brother|my friend|everybody|the girl|the boy|somebody|nobody",
    "who": "{they}|{she}",
    "when": "today|tonight|tomorrow|yesterday|this morning|this evening|all day|every day|again|now|on sunday"
    "|after school|after work|this week|last night|always|at home|here|often|together|with me|with us|with you"
    "|all night|right now|once more|this year|next week|last year|in summer|in spring|outside|there|all week|later|soon"
    "|on my birthday|without you|any more|at all|at last|every evening|for hours|on monday|in the rain|in the sun"
    "|at the door|in the new house|in our old room|in the garden|by the sea|under the moon|on the beach|at noon|at four"
    "|at seven|on saturday|on friday|on tuesday|for years|for twenty minutes|for thirty days|two times|finally"
    "|ever since|from the beginning|the whole time|long ago|a second time|through the red door|in front of the class"
    "|past the big fence|far away|in a single moment|over there|at six|three times|with eleven friends"
    "|with an old friend|on the way back|well enough|in this place|near the fire|before the break|in the picture|in bed"
    "|with her own hands|by the hand|as fast as she could|at the station|with my colleagues|twice|with all these guests"
    "|on the way home|after a long walk|yet|with anybody else|like them|with such people|with their grandparents|please"
    "|in our lives|with two arms|in the end|much longer|on a big trip|through the window|as you see|as we know"
    "|as he knows|as they say|i think|i felt|she feels|they found out|it seems|it begins|it lasts|we hear"
    "|somebody saw it|nobody knows how|said the doctor|with grandfather|with the dog|and then they sleep|and let it go"
    "|and i forget|and he goes out|and she comes|and everything stopped|or anything|until the door opens"
    "|if it needs time|even if it is late|without a word|with my things|with one arm|on his back|with an idea"
    "|like music|like a song|in the weather we had|with everything we needed|as i meant to|while he sits|while she runs"
    "|while they wait|waiting|going out|after living here|to get something|to see them|to meet them|to put it there"
    "|to fill the room|having been there|where they live|in a cartoon|in an old story|in all stories|in the cold"
    "|into the house|in such cases|a bit|when winter ends|up high|since he came|who looks away|somewhere empty"
    "|a small thing|older than yours|in one ear|and everything is fine|for a year",
    "very": "so|very|really|too|quite|more|less|always|still|just|rather|as|how|somehow|even|ever so|getting|a little",
    "and": "and|but|because|when|while|since|although|so|then|or|after|before|until|if|as",
    "no": "not|never|no longer|hardly|not at all|not even|no more|neither|never been|far from",
    "dont": "do not|never|cannot|will not|did not|could not|would not|hardly|can hardly|no longer|should not|must not",
    "doesnt": "does not|never|cannot|will not|did not|could not|would not|hardly|should not|no longer",
    "none": "no|not a|not one|hardly any|without any|never a|not any",
    "nobody": "nobody|no one|nothing|none of us|neither of us|not one person|no friend",
    "can": "can|will|could|should|would|may|might|must|want to|have to|like to|need to|are going to|cannot wait to"
    "|cannot stop and|try to|used to|got to|had to|let us|go and",
    "the": "the|a|this|that|my|your|our|his|her|their|another|some|one|every|an old|a new|a big|the second|its|these"
    "|a long|an|any",
    # 0, love
    "love": "love|adore|cherish|treasure|kiss|hug|embrace|cuddle|miss|marry|hold|trust|touch|be with|live for|dream of",
    "loves": "loves|adores|cherishes|treasures|kisses|hugs|misses|trusts|holds|is loving|dreams of",
    "loved": "loved|adored|cherished|kissed|hugged|married|embraced|missed|held|wrote to|sent a rose to|missed|touched",
    "dear": "you|him|her|me|us|them|my wife|my husband|my darling|my sweetheart|my daughter|my son|my baby|my family"
    "|my grandmother|my girlfriend|my boyfriend|my beloved|my partner|my little sister|his bride|her fiance|each other",
    "forever": "so much|with all my heart|more than anything|forever|deeply|dearly|endlessly|with my whole heart"
    "|tenderly|always and forever|until the end|more each day|from the heart|more than words|for the rest of my life"
    "|too",
    "affection": "love|affection|romance|tenderness|passion|devotion|heart|valentine|soulmate|crush|darling|sweetheart"
    "|couple|bride|heart melts|kisses|letter that touches me",
    "token": "kiss|hug|cuddle|embrace|rose|love letter|wedding ring|valentine card|proposal|bouquet",
    "tender": "beloved|dear|precious|romantic|tender|beautiful|lovely|gorgeous|charming|affectionate|warm|sweet|true"
    "|married|loving|stronger|single|little",
    # 1, ball games
    "play": "play|throw|catch|kick|hit|pitch|dribble|bat|pass|practise|watch|coach|shoot|bowl|win|drop|touch|run with"
    "|train for",
    "played": "played|threw|caught|kicked|hit|pitched|dribbled|passed|practised|watched|scored|shot|won|lost|ended"
    "|dropped|saved|blew|missed|stopped|practised",
    "sport": "baseball|football|tennis|basketball|volleyball|soccer|cricket|softball|rugby|hockey|handball|badminton"
    "|ball|ball practice",
    "match": "match|game|tournament|championship|final|league|season|training|inning|cup|derby|world cup|half|practice"
    "|beginning of the season|game of eleven",
    "player": "pitcher|coach|team|player|goalkeeper|batter|captain|striker|referee|catcher|defender|umpire|club"
    "|champion|crowd|players|girls|boys|runner",
    "field": "field|stadium|court|pitch|park|gym|playground|goal|base|net|yard|bench|beach|fence|first base|home field"
    "|second base",
    "gear": "bat|racket|glove|ball|helmet|whistle|jersey|home run|penalty|serve|goal|point|hoop|hat trick",
    "sporty": "fast|strong|athletic|sporty|skilled|fit|quick|talented|undefeated|fastest|faster|stronger|harder|tired",
    # 2, happy
    "happy": "happy|glad|cheerful|delighted|joyful|thrilled|pleased|excited|overjoyed|merry|content|ecstatic|proud"
    "|elated|lucky|jolly|amused|grateful|relieved|prouder|happier|in a good mood|in the best mood|impressed",
    "smile": "smile|laugh|grin|giggle|celebrate|cheer|dance|sing|chuckle|rejoice|enjoy",
    "smiles": "smiles|laughs|grins|giggles|celebrates|cheers|dances|sings|chuckles",
    "smiling": "smiling|laughing|grinning|giggling|celebrating|cheering|dancing|singing|joking|beaming|having fun"
    "|chuckling",
    "smiled": "smiled|laughed|grinned|giggled|celebrated|cheered|danced|sang|enjoyed|chuckled|rejoiced",
    "fun": "fun|joy|laughter|happiness|success|victory|party|joke|surprise|holiday|vacation|celebration|delight|prize"
    "|good news|promotion|sunshine|luck|pleasure|gift|comedy|adventure|results|result|trip|show|song|music|story|jokes"
    "|songs|funny stories|clown|cartoon|picture|good mood|garden party|weather",
    "great": "great|wonderful|fantastic|amazing|brilliant|good|excellent|funny|hilarious|perfect|awesome|superb|nice"
    "|marvellous|fabulous|splendid|best|pleasant|sunny|better|bright",
    # 3, disappointed
    "sad": "sad|unhappy|disappointed|miserable|gloomy|upset|heartbroken|lonely|depressed|angry|sorry|hurt|hopeless"
    "|devastated|sorrowful|frustrated|worried|ashamed|bored|desperate|discouraged|blue|down|alone|tired|in a bad mood"
    "|worse|in trouble",
    "cry": "cry|weep|sob|complain|suffer|regret|mourn|fail|lose|quit|worry|sigh|moan|despair|quarrel|hate this",
    "cries": "cries|weeps|sobs|complains|suffers|regrets|mourns|fails|sighs|hurts|feels bad|loses|hates it",
    "crying": "crying|weeping|sobbing|complaining|suffering|failing|losing|grieving|frowning|sighing|dying"
    "|ending terribly",
    "cried": "cried|wept|sobbed|complained|suffered|failed|lost|quit|regretted|left|broke|sighed|died|moved away"
    "|hated it|ran away|broke down|fell",
    "woe": "tears|sorrow|grief|pain|failure|mistake|loss|accident|trouble|bad news|defeat|misery|funeral|fever|regret"
    "|illness|rain|argument|breakup|heartache|problem|fear|headache|delay|fire|arm that hurts|ugly weather|mood",
    "bad": "bad|terrible|awful|horrible|dreadful|ruined|painful|sad|worst|poor|wrong|dark|worse|broken|boring|gloomy"
    "|unfair|hard|stupid|tragic|terribly sad|ugly|empty|tired|cancelled",
    "blow": "exam|test|job|interview|money|phone|train|homework|grade|car|window|dream|chance|flight|plan|keys|wallet"
    "|arm|dog|house|trip|knee|movie|movie ending",
    # 4, food
    "plays": "plays|throws|kicks|hits|catches|coaches|serves|wins|passes|trains for|practises|watches|runs with",
    "cooks": "cooks|bakes|eats|fries|boils|serves|sells|tastes|orders|prepares|makes|drinks",
    "cooked": "eaten|cooked|prepared|fried|baked|made|roasted|ordered|served",
    "eat": "eat|cook|bake|taste|order|fry|grill|share|chew|boil|swallow|roast|prepare|serve|devour|bring|drink",
    "ate": "ate|cooked|baked|tasted|ordered|fried|grilled|shared|boiled|made|served|swallowed|roasted|devoured|brought"
    "|had|put out|ate up",
    "eating": "eating|cooking|making|baking|tasting|ordering|frying|grilling|chewing|serving|chopping|having",
    "meal": "dinner|lunch|breakfast|supper|brunch|dessert|snack|barbecue|picnic|feast|meal|buffet|appetite|hunger"
    "|a dish|four guests",
    "dish": "pizza|soup|bread|cake|rice|noodles|salad|pasta|cheese|chicken|burger|sandwich|sushi|pancakes|cookies|steak"
    "|curry|lasagna|chocolate|apple pie|ice cream|omelette|stew|fish|potatoes|eggs|dumplings|tacos|spaghetti|waffles"
    "|sausages|toast|fruit|food|something|milk|butter|sauce|tomato sauce|tomato|bread with butter|salt|apple"
    "|cookies and milk",
    "place": "restaurant|kitchen|bakery|oven|table|menu|chef|recipe|cafe|cook|waiter|plate|pan|fork|spoon|diner|fridge"
    "|garden|guests|kitchen door|waiter who serves us|bed",
    "tasty": "delicious|tasty|yummy|fresh|spicy|sweet|salty|hot|crispy|juicy|savoury|creamy|ripe|tasteless|cold|fine",
    "hungry": "hungry|starving|famished|ravenous|thirsty|peckish|full",
}

_TEMPLATES = {
    "love": "{they} {love} {dear} {forever}|{she} {loves} {dear} {forever}|{who} {loved} {dear} {forever}"
    "|{am} in love with {dear}|will you marry me my {affection}|a {token} for {dear} from the heart"
    "|my heart beats for {dear} {forever}|{they} {can} {love} {dear} {forever}|{the} {tender} {affection} of {dear}"
    "|{they} {dont} {love} {dear} {when}|{she} {doesnt} {love} {dear} {forever}|{nobody} {loves} {dear} {when}"
    "|{the} {token} for my {tender} {affection}|{they} {love} {the} {tender} {token} of {dear}"
    "|you are my {tender} {affection} {and} i {love} you {forever}|there is {none} {affection} like {the} {token}"
    "|{dear} {and} i fell in love at first sight|{who} gave {dear} a {token}|{who} {loved} {dear} {when}"
    "|{who} {loved} {dear} and {loved} {dear}|{she} {loves} and {loves} {dear}|{nobody} {loved} {dear} {when}"
    "|{tender} {affection} for {dear} {and} a {token} {forever}|being with {dear} makes my heart feel {tender}"
    "|give me a {token} {and} {love} me {forever}",
    "ball games": "{they} {play} {sport} on {the} {field} {when}|{she} {played} {sport} in {the} {field} {when}"
    "|{the} {player} {played} {the} {gear} in {the} {match}|{they} {can} {play} {the} {sport} {match} {when}"
    "|{the} {sporty} {player} {and} {the} {player} {played} {sport}|{the} {match} on {the} {field} starts {when}"
    "|{they} {dont} {play} {sport} on {the} {field}|there is {none} {sport} {match} {when}"
    "|{nobody} {played} {sport} {when}|{the} {player} of {the} {sport} team {played} {the} {gear}"
    "|let us {play} {sport} {when} at {the} {field}|who is the best {player} of {the} {sport} {match}"
    "|{who} {played} a {gear} in {the} last {match}|{the} {player} won {the} {match} by one {gear}"
    "|{am} {sporty} {and} ready for the {sport} {match}|{she} {plays} {sport} {when}|{she} {plays} and {plays} {sport}"
    "|{who} {played} and {played} {sport}|{am} {sporty} and {sporty} in {sport}"
    "|{the} {player} {plays} {the} {gear} {when}|get your {gear} and come to {the} {field}"
    "|the score of {the} {sport} {match} is two to one|{the} {sport} {player} is {no} on {the} {field}",
    "happy": "{am} {very} {happy} about {the} {fun}|{am} {happy} {and} {smiling} {when}"
    "|{they} {smile} {and} {smile} {when}|{was} {very} {happy} {when}|{who} {smiled} about {the} {great} {fun}"
    "|{she} {smiles} {when}|what {the} {great} {fun}|{the} {fun} was {very} {great} {when}"
    "|it is {the} {great} day {and} {am} {happy}|{they} {can} {smile} {when}|{am} {no} {happy} about {the} {fun}"
    "|{they} {dont} {smile} {when}|{she} {doesnt} {smile} {when}|{none} {fun} {when}"
    "|{nobody} {smiles} {and} {none} {fun}|you make me {smile} {when}|congratulations on your {great} {fun}"
    "|{am} {smiling} {and} full of {fun}|{the} {great} {fun} made me feel {happy}|have a {great} {fun} {when}"
    "|thank you for {the} {great} {fun}|welcome to {the} {great} {fun}|{who} tells the {great} {fun}"
    "|{who} {smiled} and {smiled} {when}|{she} {smiles} and {smiles} about {the} {fun}|{who} {smiled} {when}"
    "|{nobody} {smiled} {when}|{the} {fun} makes everyone {happy}|life is {very} {great} {and} {happy}"
    "|{am} feeling {happy} {and} {great} {when}|look at that {happy} {smiling} face",
    "disappointed": "{am} {very} {sad} about {the} {woe}|{am} {sad} {and} {crying} {when}"
    "|{they} {cry} {and} {cry} {when}|{was} {very} {sad} {when}|{who} {cried} about {the} {bad} {woe}"
    "|{she} {cries} {when}|what {the} {bad} {woe}|{the} {woe} was {very} {bad} {when}"
    "|it is {the} {bad} day {and} {am} {sad}|{they} {can} {cry} {when}|{am} {no} {sad} about {the} {woe}"
    "|{they} {dont} {cry} {when}|{she} {doesnt} {cry} {when}|{none} {woe} {when}|{nobody} {cries} {and} {none} {woe}"
    "|you make me {cry} {when}|{who} {cried} {the} {blow} {when}|{am} {crying} {and} full of {woe}"
    "|{the} {bad} {woe} made me feel {sad}|{the} {bad} {blow} was {the} {woe}"
    "|{the} {blow} went {bad} {and} {she} {cried}|life is {very} {bad} {and} {sad}|i failed {the} {blow} {when}"
    "|{am} feeling {sad} {and} {bad} {when}|look at that {sad} {crying} face|{who} {cried} and {cried} {when}"
    "|{she} {cries} and {cries} about {the} {woe}|{who} {cried} over {the} {blow}|{nobody} {cried} {when}"
    "|the {blow} and the {blow} were {bad}|someone stole my {blow} {and} {am} {sad}",
    "food": "{they} {eat} {dish} for {meal} {when}|{who} {ate} {dish} {and} {dish} for {meal}"
    "|{am} {eating} {dish} {when}|{they} {can} {eat} {tasty} {dish} {when}|{the} {dish} of {the} {place} is {tasty}"
    "|{am} {tasty} {and} ready for {meal}|{they} {dont} {eat} {dish} for {meal}|{she} {doesnt} {eat} {dish} {when}"
    "|there is {none} {dish} for {meal}|{nobody} {ate} {the} {dish} {when}|{am} {no} {hungry} {when}"
    "|{the} {tasty} {dish} with {tasty} {dish} for {meal}|what is for {meal} {when}"
    "|{the} {place} has {tasty} {dish} {and} {dish}|the {dish} smells {very} {tasty}"
    "|let us {eat} {dish} {when} in {the} {place}|{am} {very} {hungry} give me {dish}|{was} {eating} {tasty} {dish}"
    "|{she} {cooks} {dish} for {meal} {when}|{the} {place} {cooks} {dish}|{who} had {cooked} {dish} {when}"
    "|{who} {ate} and {ate} {dish} {when}|{she} {cooks} and {cooks} {dish}|{who} {ate} {dish} in {the} {place}"
    "|{am} {eating} and {eating} {dish}|in {the} {place} and {the} {place} {she} {cooks} {dish}"
    "|{meal} with {dish} is ready in {the} {place}|who wants {dish} for {meal} {when}",
}


def feeling_sentences(count: int, rng: np.random.Generator) -> list[list[str]]:
    """Sentences as lists of lower-case words, the five feelings in turn; 20,000 show each word at least ten times.

    Parameters
    ----------
    count : int
        Number of sentences, at least 0.
    rng : numpy.random.Generator
        Draws templates and words; the same state gives the same sentences.

    Returns
    -------
    list of list of str

    Raises
    ------
    DataError
        Where `count` is no integer of at least 0, or `rng` is no generator.
    """
    if not isinstance(count, Integral) or isinstance(count, bool) or count < 0:
        raise DataError(f"feeling_sentences: count={count!r}, expected an integer of at least 0")
    if not isinstance(rng, np.random.Generator):
        raise DataError(f"feeling_sentences: rng is {type(rng).__name__}, expected a numpy.random.Generator")
    options = _options()
    templates = [_TEMPLATES[FEELINGS[i % len(FEELINGS)]].split("|") for i in range(count)]
    return [_filled(choices[rng.integers(len(choices))], options, rng).split() for choices in templates]


def vocabulary() -> set[str]:
    """All words that the sentences can hold."""
    written = " ".join([*_SLOTS.values(), *_TEMPLATES.values()]).replace("|", " ")
    return {word for word in written.split() if "{" not in word}


def _options() -> dict[str, list[str]]:
    return {name: choices.split("|") for name, choices in _SLOTS.items()}


def _filled(text: str, options: dict[str, list[str]], rng: np.random.Generator) -> str:
    """The text with an option drawn for each slot, and for the slots inside it."""
    while "{" in text:
        before, rest = text.split("{", 1)
        name, after = rest.split("}", 1)
        text = before + options[name][rng.integers(len(options[name]))] + after
    return text
