"""Whole sentences with gaps for names, and sentences without any name: to tune on, to be tested on, and from elsewhere.

The parts share most of their words but no sentence. "dev" and "test" are of the hand that wrote what is learnt from
(`entity_phrases`, which explains the gaps, and `entity_frames`), and mistakes on "dev" have led to changes there.
"elsewhere" was written by another hand, who had not seen what is learnt from.
"""

from helpers.datasets.entity_frames import FRAMES, TRAIN_NO_NAMES
from helpers.datasets.entity_phrases import lines

DEV = """
{person} lives near {place} since {period} .
In {period} {person} moved from {place} to {place} .
{first} has a brother in {place} and a sister in {place} .
{person} studied in {place} before he worked for {organisation} .
" It was a good day , " said {first} , who comes from {place} .
{person} told the police that {person} was at home on {date} .
Mrs|Mr|Dr {last} and her|his daughter came to {place} by car|train .
{person} , a teacher from {place} , won the race on {date} .
{first} will be flying to {place} with {first} .
Please tell {first} that we are in {place} on {date} .
Dear {first} , are you still in {place} ?
My sister {first} came home with {person} .
{first} is reading a book by {person} .
{person} wrote the song {work} for her|his brother .
I watched {work} again last night , and {first} liked it very much .
{first} bought two tickets for {work} on {date} .
{person} 's film {work} was shown in {place} .
Have you finished {work} , {first} ?
The novel {work} was published in {place} in {period} .
They played {work} when {first} opened the door .
{organisation} hired two workers from {place} .
{organisation} said on {date} that its offices in {place} are closed .
{person} is the new head of {organisation} .
{person} did not sign the contract with {organisation} on {date} .
{organisation} sold 400 phones in {period} .
Shares of {organisation} rose after {person} left the company .
The workers of {organisation} went on strike in {place} .
A spokesman of {organisation} said that the factory in {place} will open in {period} .
{organisation} announced a loss , and its shares fell on {date} .
I have an interview at {organisation} , said {first} .
The mayor of {place} met {person} on {date} .
It is raining in {place} , and the road to {place} is closed .
The weather in {place} is better than in {place} .
{place} is a small town with a beautiful bridge .
The letter arrived in {place} on {date} .
The meeting with {first} is on {date} at the office .
{first} beat {first} at tennis .
A nurse from {organisation} looked for {person} .
{first} just told me that {organisation} bought {organisation} lol
"""
DEV_NO_NAMES = """
Will they leave before the rain ?
May I call you at the office ?
Grace is what she has , and joy is what she gives .
The visa in his book was old .
We read in bed until it was late .
The target was too small for the hunter .
She drew the bridge on the wall .
Little is known about the king .
It was nice of you to call me .
The subway was empty last night .
Nobody liked the end of the film .
The iris in the garden is blue .
I had a hot bath and a good book .
The house was sold to a family with two children .
My phone is old , but it is not broken .
The fisher sold nothing at the market .
this was the best film ever lol
"""
TEST = """
{person} came to {place} in {period} and never left .
{first} and her brother live in {place} .
On {date} a train from {place} hit a car .
{organisation} opened a new office in {place} on {date} .
{person} left {organisation} to work for {organisation} .
Mr|Mrs {last} said that {work} was the best film of {period} .
Who wrote {work} ? It was {person} , I think .
The director of {organisation} comes from {place} .
" The road is closed , " said {person} .
My brother {first} is still in {place} .
{organisation} said that its profit rose in {period} .
Shares of {organisation} and {organisation} rose on {date} .
I read {work} in {place} .
Please call {first} before the meeting on {date} .
{person} of {organisation} won the second race .
The weather is good in {place} , {first} !
"""
TEST_NO_NAMES = """
Will it rain tonight ?
The orange on the table is for you .
I like the dawn and the frost on the garden .
We will be late again .
May we open the door ?
He is rich , but he is not happy .
The train was long and empty .
"""
ELSEWHERE = """
{person} grew up in {place} and later taught at {organisation} .
After ten years in {place} , {first} opened a small shop .
The flight from {place} to {place} was delayed until {date} .
{organisation} and {organisation} will build a hospital in {place} .
In an interview with {first} , {person} praised {work} .
{person} borrowed {work} from the library of {place} .
Nobody in {place} had heard of {person} before {period} .
Could you ask {first} whether {organisation} pays on {date} ?
The lawyers of {organisation} travelled to {place} with {person} .
{work} is the only book that {first} ever finished .
Critics called {work} the worst album of {period} .
A ship sank off {place} on {date} .
{person} , who founded {organisation} in {period} , died in {place} .
Professor {last} will speak about {work} on {date} .
Tourists love {place} , but {first} prefers {place} .
{organisation} lost its case against {person} .
Since {date} , {first} has been a member of {organisation} .
Fans of {work} waited for {person} in front of the hotel .
{first} and {first} got lost in {place} .
The president of {organisation} thanked {person} for his help .
"""
ELSEWHERE_NO_NAMES = """
Frost covered the windows in the morning .
Reading makes him happy .
They may sell the orange boat .
Will power is not enough .
A rich man bought the farm .
"""
OPENINGS = (
    "yesterday",
    "as far as I know ,",
    "in the end",
    "according to the police ,",
    "I think that",
    "it is said that",
    "after all that ,",
    "to be honest ,",
    "believe it or not ,",
)
CLOSINGS = (
    ", as everybody knows",
    "because of the rain",
    ", and nobody knows why",
    ", or so they say in the town",
    "after a long and cold winter",
    ", but it did not matter in the end",
    "before the end of the week",
    ", which was good news for the family",
    "without telling anyone",
)


def _also_longer(templates: tuple[str, ...]) -> tuple[str, ...]:
    """Templates, and those of them that end with a full stop once more, with something to end on before it."""
    return (*templates, *(f"{one[:-1]}{{closing}} ." for one in templates if one.endswith(" .")))


TEMPLATES = {  # with names, and without
    "train": (FRAMES["sentence"], lines(TRAIN_NO_NAMES)),
    "dev": (_also_longer(lines(DEV)), lines(DEV_NO_NAMES)),
    "test": (_also_longer(lines(TEST)), lines(TEST_NO_NAMES)),
    "elsewhere": (lines(ELSEWHERE), lines(ELSEWHERE_NO_NAMES)),
}
