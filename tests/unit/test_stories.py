"""Stories: the world is consistent, every answer is what a second reading of the sentences gives; SQuAD's format."""

import json
import re

import numpy as np
import pytest

from helpers import paths
from helpers.datasets import DataError, load
from helpers.datasets.questions import XQUAD, Answer, Question, question_word, read_squad, xquad_questions
from helpers.datasets.stories import CHOICES, KINDS, NUMBERS, story_questions
from helpers.datasets.story_world import PEOPLE, ROOMS, THINGS, VERBS, Fact, World, tell

STORIES = story_questions(600, facts=(4, 12))
TOLD = {verb: kind for kind, verbs in VERBS.items() for verb in verbs}
SENTENCE = re.compile(rf"(\w+) ({'|'.join(TOLD)}) the (\w+)(?: to (\w+))?$")
MAP = re.compile(r"The (\w+) is (\w+) of the (\w+)$")
ASKED = [  # for the giver, the thing and the taker: what the question names of a gift, by its place in it
    re.compile(r"Who gave the (?P<_1>\w+) to (?P<_2>\w+)\?$"),
    re.compile(r"What did (?P<_0>\w+) give to (?P<_2>\w+)\?$"),
    re.compile(r"Who got the (?P<_1>\w+) from (?P<_0>\w+)\?$"),
]


def understand(context):
    """Read a story again, from its sentences alone: rooms of people and things, holders, gifts, and the plan."""
    rooms, holders, places, gifts, plan = {}, {}, {}, [], set()
    for sentence in context.removeprefix(CHOICES).strip(" .").split(". "):
        if placed := MAP.match(sentence):
            plan.add(placed.groups())
            continue
        who, verb, what, whom = SENTENCE.match(sentence).groups()
        if TOLD[verb] == "go":
            rooms[who] = what
            places |= {thing: what for thing, holder in holders.items() if holder == who}
        elif TOLD[verb] == "drop":
            assert holders.pop(what) == who
        else:
            assert places.setdefault(what, rooms[who]) == rooms[who], "a thing is taken where it is not"
            assert (whom is None) == (TOLD[verb] == "take")
            assert holders.get(what) == (who if whom else None)
            assert whom is None or rooms[whom] == rooms[who], "a gift to somebody in another room"
            holders[what] = whom or who
            gifts += [(who, what, whom)] if whom else []
    return rooms, holders, places, gifts, plan


def answers(story):
    """Everything that is right, by the second reading."""
    rooms, holders, places, gifts, plan = understand(story.context)
    words = story.question.strip("?").split()
    if story.kind in ("one fact", "two facts"):
        return {(rooms | places)[words[-1]]}
    if story.kind == "yes or no":
        return {"yes" if rooms[words[1]] == words[-1] else "no"}
    if story.kind == "counting":
        return {NUMBERS[list(holders.values()).count(words[-2])]}
    if story.kind == "directions":
        if words[-1] == "of":
            return {here for there, direction, here in plan if (there, direction) == (words[3], words[4])}
        return {there for there, direction, here in plan if (direction, here) == (words[2], words[-1])}
    asked, named = next((i, form.match(story.question)) for i, form in enumerate(ASKED) if form.match(story.question))
    return {gift[asked] for gift in gifts if all(gift[int(i[1])] == word for i, word in named.groupdict().items())}


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_is_what_a_second_reading_of_the_sentences_gives(kind):
    some = [story for story in STORIES if story.kind == kind]
    assert len(some) == 100
    for story in some:
        assert answers(story) == {story.references[0]}, story


def test_an_answer_is_marked_in_the_fact_that_gives_it():
    for story in STORIES:
        text, start = story.answers[0]
        around = story.context[max(start - 1, 0)] + story.context[start + len(text)]
        assert not around[1].isalpha()
        assert start == 0 or not around[0].isalpha()
        sentence = story.context[story.context.rfind(". ", 0, start) + 2 : story.context.index(".", start)]
        if story.kind in ("yes or no", "counting"):
            assert start < len(CHOICES)
        elif story.kind == "one fact":
            assert sentence.startswith(story.question.strip("?").split()[-1])
        elif story.kind == "two facts":
            assert SENTENCE.match(sentence)[2] in VERBS["go"]
        else:
            assert bool(MAP.match(sentence)) == (story.kind == "directions")


def test_first_mention_and_marked_mention_often_differ():
    differ = [q.context.index(q.references[0]) != q.answers[0].start for q in STORIES if q.kind == "one fact"]
    assert np.mean(differ) > 0.3


def test_no_story_is_both_learned_from_and_tested_on():
    train = {q.context for seed in range(2) for q in story_questions(300, seed)}
    test = {q.context for seed in range(2) for q in story_questions(100, seed, held_out=True)}
    assert len(train) == 600
    assert not train & test


def test_a_seed_gives_the_same_stories_and_another_gives_others():
    assert story_questions(30, 3) == story_questions(30, 3)
    assert not {q.context for q in story_questions(30, 3)} & {q.context for q in story_questions(30, 4)}


def test_stories_are_as_long_as_asked_for_and_tell_of_as_many():
    for q in story_questions(24, facts=(6, 6), people=5, things=4):
        sentences = q.context.count(".") - 1
        assert sentences == 6
    words = {word for q in story_questions(60, facts=(12, 12), people=2) for word in re.findall(r"\w+", q.context)}
    assert words & {*PEOPLE}
    assert words & {*ROOMS}
    assert words & {*THINGS}


def test_yes_and_no_are_about_as_frequent():
    said = [q.references[0] for q in story_questions(200, kinds=["yes or no"])]
    assert 0.4 < said.count("yes") / 200 < 0.6


def test_what_cannot_happen_is_refused():
    world = World(["Anna", "Emil"], ["key"], [["attic", "cellar"]])
    with pytest.raises(ValueError, match="Anna took the key"):
        world.happen(Fact("take", "Anna", "key"))
    world.happen(Fact("go", "Anna", "attic"))
    world.happen(Fact("take", "Anna", "key"))
    world.happen(Fact("go", "Anna", "cellar"))
    assert world.place("key") == "cellar"
    world.happen(Fact("drop", "Anna", "key"))
    world.happen(Fact("go", "Emil", "attic"))
    assert Fact("take", "Emil", "key") not in world.possible("take")
    with pytest.raises(ValueError, match="not possible"):
        world.happen(Fact("give", "Anna", "key", "Emil"))


def test_a_tale_has_as_many_facts_as_asked_for():
    told, world = tell(np.random.RandomState(0), 9)
    assert len(told) == 9
    assert {fact.who for fact in told if fact.kind == "go"} == {*world.room}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"kinds": ["riddle"]}, "riddle"),
        ({"count": 0}, "count=0"),
        ({"facts": (9, 5)}, r"facts=\(9, 5\)"),
        ({"people": 1}, "people=1"),
        ({"things": 9}, "things=9"),
    ],
)
def test_stories_that_cannot_be_told_are_refused(options, said):
    with pytest.raises(DataError, match=said):
        story_questions(**{"count": 3, **options})


# -- the format of SQuAD ---------------------------------------------------------------------------------------------


def squad(tmp_path, question=None, text=None):
    asked = {"id": "q7", "question": "Who sings?", "answers": [{"text": "Ines", "answer_start": 4}]} | (question or {})
    read = {"data": [{"paragraphs": [{"context": "Now Ines sings.", "qas": [asked]}]}]}
    path = tmp_path / "some.json"
    path.write_text(json.dumps(read) if text is None else text, encoding="utf-8")
    return path


def test_a_file_in_the_format_of_squad_is_read(tmp_path):
    (question,) = read_squad(squad(tmp_path))
    assert question == Question("q7", "Now Ines sings.", "Who sings?", (Answer("Ines", 4),), "who")
    assert question.references == ("Ines",)


def test_a_question_that_squad_2_calls_impossible_has_no_answers(tmp_path):
    (question,) = read_squad(squad(tmp_path, {"answers": [], "is_impossible": True}))
    assert question.answers == ()


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ({"answers": [{"text": "Ines", "answer_start": 5}]}, None, "q7: the answer 'Ines' is not at 5"),
        ({"answers": [{"text": "Ines", "answer_start": -11}]}, None, "q7: .* is not at -11"),
        ({"answers": [{"text": "", "answer_start": 4}]}, None, "q7"),
        ({"answers": []}, None, "q7 has no answer"),
        ({"is_impossible": True}, None, "q7 has an answer"),
        ({"answers": [{"text": "Ines"}]}, None, "lacks the key 'answer_start'"),
        ({"answers": 3}, None, "built otherwise"),
        (None, "{", "is no JSON"),
        (None, "[]", "built otherwise"),
        (None, "{}", "lacks the key 'data'"),
    ],
)
def test_a_file_that_is_not_right_is_named_for_what_it_is(tmp_path, question, text, said):
    with pytest.raises(DataError, match=said):
        read_squad(squad(tmp_path, question, text))


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"absent\.json"):
        read_squad(tmp_path / "absent.json")


@pytest.mark.parametrize(
    ("question", "kind"), [("In what year?", "what"), ("Whose was it?", "who"), ("Name a river.", "other")]
)
def test_the_kind_of_a_question_is_its_first_question_word(question, kind):
    assert question_word(question) == kind


def test_xquad_is_read_whole_and_split_by_paragraph(monkeypatch):
    held = paths.ROOT.parent / "shared" / "data"
    if not (held / XQUAD.path).is_file():
        pytest.skip("the bytes of XQuAD are not at hand")
    monkeypatch.setenv("WORKBOOK_DATA", str(held))
    train, test = xquad_questions()
    assert len(train) + len(test) == 1190
    assert not {q.context for q in train} & {q.context for q in test}
    assert len({q.context for q in test}) == 48
    loaded = load("stories", "public")
    assert loaded.x_train.shape == (len(train), 3)
    assert loaded.class_names[loaded.y_test[0]] == test[0].kind


def test_the_registry_has_the_stories():
    loaded = load("stories", train=12, test=6)
    assert loaded.x_train.shape == (12, 3)
    assert [loaded.class_names[label] for label in loaded.y_test] == list(KINDS)
    assert all(answer in context for context, _, answer in loaded.x_train)
