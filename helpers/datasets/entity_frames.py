"""The sentences to learn from: frames around the clauses of `entity_phrases`, and sentences without any name."""

from helpers.datasets.entity_phrases import lines

FRAMES = {
    "they": lines("""
        she|he|it
        nobody|everybody|somebody
        her|his|our|my mother|father|boss|house|dog
        the king|doctor|teacher|painter
        this|that
        much|nothing|all
        sugar|love|time|trouble
        """),
    "did": lines("""
        was good|bad|old|small|late
        is known|lost|gone|red|empty
        rose|fell|left|came|laughed
        found a shell|rose|gap|hat
        will come|stay|open|close
        may rain
        may be late
        may come back
        ran to the door|house|station
        told us nothing
        saw the sea|king|film
        likes the rain|sun|winter
        took the bus|train|car
        """),
    "asks": lines("""
        have you read|watched|finished {work} ?
        is {first} still in|at {place} ?
        where is {first} ?
        who wrote|sang {work} ? I think it was {person} .
        will {first} come back before {date} ?
        did {person} write {work} ?
        are you still in {place} , {first} ?
        """),
    "begs": lines("""
        please tell|ask|call {first}
        {first} , please call me before {date} .
        dear {first} , thank you for the flowers .
        best wishes , {first}
        please come to {place} on {date} .
        please tell {first} that I am at the station in {place} .
        ask {person} whether {clause} .
        """),
    "sentence": lines("""
        {clause} .
        {clause} .
        {clause} .
        {opening} {clause} .
        {opening} {clause} .
        {clause} {closing} .
        {clause} {closing} .
        {clause} , and {clause} .
        {clause} when|after|because {clause} .
        " {clause} , " said {person} {extra} .
        " we are very happy , " {person} said .
        I think that {clause} .
        {person} told {first} that {clause} .
        {first} told me that {clause} .
        {first} 's {kin} {does} .
        {person} 's book|film|song {work} {happens} .
        {they} {did} .
        {they} {did} {extra} .
        {they} {did} {closing} .
        {they} {did} , and {they} {did} .
        {they} {does} .
        {extra} {clause} .
        {asks}
        {asks}
        {begs}
        I am flying|going to {place} on {date} with {first} .
        I saw {person} at the station .
        I bought|ordered a phone from {organisation} , and it never came .
        it has been raining in {place} since {period} .
        the meeting is on {date} , and {first} will be there .
        they named their daughter|son {first} .
        he studied at {organisation} before he worked for {organisation} .
        {place} , {date} : {organisation} {deals}
        rt : {first} is in {place} lol
        omg {first} just told me that {clause} lol
        """),
}
TRAIN_NO_NAMES = """
The train was late again , and nobody told us why .
Will you be at home tonight ?
May I ask you something ?
She rose early and walked to the station .
An apple a day keeps the doctor away .
He found a shell on the beach and gave it to his sister .
There is a gap between the door and the wall .
The rose in the garden is red|white .
I hope that the rain will stop soon .
Mark the place on the map before you leave .
Summer was long and hot , and the winter very cold .
The baker sold his last bread at noon .
A hunter lives alone in the forest .
The cook put too much salt into the soup .
Bill and receipt came with the same letter .
We may go to the sea if the weather is good .
They will march through the town to the bridge .
The young|brown dog barked at every car .
Hope is all that we have .
Roses are red , and the sky is blue .
Apple cake is what we want for lunch|dinner .
Nobody knows what the price of the house will be .
I do not like this film , it is too long .
The book was good , but the end was sad .
Please bring two chairs and the small table .
My phone is broken , can you call me at the office ?
You should not read so late at night .
We lost the match , but it was a good day .
The company pays its workers at the end of the month .
The museum is closed , but the theatre is open .
He said that the bank was closed .
The police asked everyone to stay at home .
Our university has a new director .
All the seats in the second train were empty .
The pat on the back was kind .
When I had finished my work , I looked at the old clock .
Nothing is better than a good bed .
They tell the children a story about a king .
can you bring milk and bread pls
lol that was so funny
this is the best day ever
"""
