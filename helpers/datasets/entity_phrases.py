"""What the clauses to learn from are put together of: phrases with gaps, `{does}` is filled by one of "does".

`a|b` is one of the two words. `{person}` and the like are names (`entity_names`), `{first}` and `{last}` first names
and surnames only, `{date}` is a day and `{period}` a month or a year. `entity_frames` has the sentences around them.
"""


def lines(text: str) -> tuple[str, ...]:
    """The phrases of a text, one a line."""
    return tuple(line.strip() for line in text.strip().splitlines())


PHRASES = {
    "clause": lines("""
        {person} {does}
        {person} {does}
        {person} {does} {extra}
        {person} and {person} {do}
        {person} {who} {does}
        Mr|Mrs|Dr {last} {does}
        my|his|her friend|sister|brother {first} {does}
        {organisation} {deals}
        {organisation} {deals} {extra}
        {organisation} and {organisation} {deal}
        {place} {lies}
        {work} {runs}
        the {thing} {happens}
        the {thing} {happens} {extra}
        {things} {happen}
        {things} {happen} {extra}
        """),
    "does": lines("""
        moved to {place}
        was born in {place}
        grew up near {place}
        left|reached {place} by train|car
        met {person}
        got married to {person}
        is|was married to {person}
        has a brother|sister|friend|house in {place}
        works for {organisation}
        has worked|studied at {organisation}
        has worked|studied in {place}
        signed a contract with {organisation}
        is the head|director|boss of {organisation}
        is reading {work} again
        wrote {work}
        watched {work}
        sang {work}
        likes|liked {work} very much
        bought a house|car
        has a daughter|son
        laughed|smiled
        opened the door for {first}
        won the race
        lost his|her phone
        plays football|tennis
        said that prices will rise
        told {person} about {work}
        told the police that {clause}
        ordered a phone from {organisation}
        bought tickets for {work}
        played {work}
        called {first}
        is still at home
        is flying to {place}
        came back from {place}
        came from {place} to {place}
        is looking for {person}
        left {organisation}
        bought shares of {organisation}
        has an interview at {organisation}
        played the song {work}
        lives near|in {place} with {first}
        beat {person} at football
        was late again
        has been missing
        is ill
        never came
        finished the book
        """),
    "do": lines("""
        met
        got married
        live in {place}
        are friends
        work for {organisation}
        moved to {place}
        watched {work}
        said nothing
        are flying to {place}
        """),
    "who": lines("""
        , a nurse|teacher|driver|painter from {place} ,
        , who works for {organisation} ,
        , who comes from {place} ,
        , 34 ,
        , the director|head of {organisation} ,
        , her|his brother|sister ,
        ( {organisation} )
        of {organisation}
        from {place}
        """),
    "deals": lines("""
        hired {person}
        announced a profit|loss
        opened an office in {place}
        opens|closed|plans a factory in {place}
        sold its offices
        bought {organisation}
        sold cheap|good phones|cars
        says|said that {clause}
        is looking for workers|nurses
        employs|hired 400 workers|people
        makes cheap|good phones|cars
        said that nobody was hurt
        said that its shares fell
        signed a contract with {person}
        is on strike
        lost a lot of money
        has a new director|head
        pays its workers well
        will close its shops
        """),
    "deal": lines("""
        signed a contract
        announced a loss
        closed their offices in {place}
        are on strike
        have a new director
        """),
    "lies": lines("""
        is a beautiful|small|big city|town
        is the capital of the region
        has many museums|bridges
        is cold in {period}
        is better than {place}
        is far from {place}
        is too hot
        """),
    "runs": lines("""
        was published|shown|shot {extra}
        is a film|novel|song by {person}
        , a film|novel|song by {person} , was published
        is sold out
        was too long
        tells the story of a family from {place}
        is a good|sad|bad film|book|song
        """),
    "thing": lines("""
        train|bus|car from {place}
        train|road from {place} to {place}
        road between {place} and {place}
        mayor of {place}
        weather in {place}
        police in {place}
        letter from {person}
        head|boss|director of {organisation}
        price|shares of {organisation}
        customers|workers of|at {organisation}
        spokesman of|for {organisation}
        film|novel|book|song {work}
        tickets for {work}
        factory|office|shop in {place}
        meeting|party at {organisation}
        team from {place}
        book|film|song by {person}
        meeting|party|match
        bridge|house|museum near {place}
        """),
    "things": lines("""
        customers|workers|offices of|at {organisation}
        shares of {organisation}
        prices|roads|people in {place}
        tickets for {work}
        trains|roads from|to {place}
        letters|books|films by|from {person}
        """),
    "happen": lines("""
        were late|closed|empty|cold|good|bad
        are on strike
        are late|closed|empty|cold|good|bad
        rose|fell
        told us nothing
        are known to everybody
        """),
    "happens": lines("""
        was late|closed|empty|cold|good|bad
        is late|closed|empty|cold|good|bad
        came too late
        rose|fell
        will open|close|arrive
        told us nothing
        said nothing
        was a secret
        made {first} very happy
        was shown to {person}
        """),
    "extra": lines("""
        in {place}
        near {place}
        in {period}
        on {date}
        on {date}
        since|until|before {period}
        before {date}
        with {person}
        last year|month|winter|night|week
        because of {person}
        """),
    "kin": lines("""
        mother|father|brother|sister
        daughter|son
        """),
}
