"""Annotated sentences: in form, the parts apart, ambiguous names; and files in CoNLL's form, right and wrong."""

from collections import Counter

import pytest

from helpers import paths
from helpers.datasets import DataError, conll, load
from helpers.datasets import entity_names as names
from helpers.datasets.conll import Annotated, label_names, read_conll
from helpers.datasets.entities import KINDS, PARTS, ambiguous_words, annotated_sentences, entity_sentences
from helpers.datasets.entity_frames import FRAMES
from helpers.datasets.entity_phrases import PHRASES
from helpers.datasets.entity_templates import TEMPLATES
from helpers.paths import ROOT

BYTES = ROOT.parent / "shared" / "data"
LISTS = ("FIRST", "LAST", "PLACES", "BRANDS", "ADJECTIVES", "NOUNS", "TITLES")


def outline(words, labels):
    """A sentence with its names taken out."""
    pairs = zip(words, labels, strict=True)
    return " ".join(word.lower() if label == "O" else label[2:] for word, label in pairs if label[0] != "I")


KIND_OF = {"{first}": "{person}", "{last}": "{person}", "{period}": "{date}"}
GRAMMAR = PHRASES | FRAMES


def tokens_of(template):
    """For each token the set of what may stand there, lower case, any name of a kind taken for any other."""
    return tuple(frozenset(KIND_OF.get(one, one).lower().split("|")) for one in template.split())


def ends(pattern, tokens, start):
    """Places up to which a template to learn from can be put together so that it reads like these tokens."""
    reached = {start}
    for token in pattern.split():
        rule = GRAMMAR.get(token[1:-1]) if token[0] == "{" else None
        here = sorted(at for at in reached if at < len(tokens))
        if rule:
            reached = {end for at in here for one in set(rule) for end in ends(one, tokens, at)}
        else:
            reached = {at + 1 for at in here if tokens_of(token)[0] & tokens[at]}
    return reached


def learnable(template):
    """Whether a template is, names apart, among those to learn from or can be put together from their phrases."""
    tokens = tokens_of(template)
    return any(len(tokens) in ends(one, tokens, 0) for templates in TEMPLATES["train"] for one in templates)


@pytest.fixture(scope="module")
def parts():
    return entity_sentences("entities", 2000, 300)


def test_every_i_goes_on_with_an_entity_of_its_kind_and_all_kinds_occur(parts):
    for part in parts.values():
        assert part.kinds == KINDS
        for labels in part.labels:
            for before, label in zip(("O", *labels), labels, strict=False):
                assert label[0] != "I" or before[1:] == label[1:]


def test_there_are_sentences_without_an_entity_with_several_and_in_other_cases(parts):
    counts = Counter(sum(label[0] == "B" for label in labels) for labels in parts["train"].labels)
    assert counts[0] > 400 and counts[1] > 200 and counts[3] > 100
    texts = [" ".join(words) for words in parts["train"].words]
    assert 60 < sum(text.islower() for text in texts) < 400
    assert 20 < sum(text.isupper() for text in texts) < 90


@pytest.mark.parametrize("part", ["dev", "test"])
def test_sentences_to_be_judged_on_are_none_of_those_learnt_from(parts, part):
    learnt = {outline(*pair) for pair in zip(parts["train"].words, parts["train"].labels, strict=True)}
    judged = {outline(*pair) for pair in zip(parts[part].words, parts[part].labels, strict=True)}
    assert len(judged) > 20 and not learnt & judged


@pytest.mark.parametrize("part", ["dev", "test", "elsewhere"])
def test_no_template_to_be_judged_on_can_be_put_together_from_what_is_learnt_from(part):
    known = ("{first} told {person} about {work} last night .", "Mr {last} left {place} by car {closing} .")
    assert all(map(learnable, known))
    assert [one for templates in TEMPLATES[part] for one in templates if learnable(one)] == []


def test_no_template_is_in_two_parts():
    listed = [one for kinds in TEMPLATES.values() for templates in kinds for one in set(templates)]
    assert len(listed) == len(set(listed))


def test_sentences_from_elsewhere_have_all_kinds_and_the_names_of_a_part():
    found = annotated_sentences(400, 3, "elsewhere", "test")
    words = {word.lower() for sentence in found.words for word in sentence}
    assert found.kinds == KINDS and {"lincoln", "professor", "album"} <= words
    assert "elsewhere" not in PARTS and tuple(entity_sentences("entities", 5, 5)) == PARTS


@pytest.mark.parametrize("one", LISTS)
def test_no_name_of_a_list_is_in_two_parts_and_none_is_listed_twice(one):
    listed = getattr(names, one)
    assert not set(listed["train"]) & {*listed["dev"], *listed["test"]} and not set(listed["dev"]) & set(listed["test"])
    assert all(len(part) == len(set(part)) for part in listed.values())


def test_nine_of_ten_first_names_surnames_places_and_companies_of_the_test_are_new_in_every_use():
    words = {
        part: {
            word
            for one in ("FIRST", "LAST", "PLACES", "BRANDS")
            for name in getattr(names, one)[part]
            for word in name.split()
        }
        for part in ("train", "test")
    }
    assert len(words["test"] - words["train"]) > 0.9 * len(words["test"])


def test_some_words_are_names_of_several_kinds_and_occur_as_such(parts):
    assert ambiguous_words("test")["Lincoln"] == ("surname", "place")
    assert "month" in ambiguous_words("train")["May"]
    used = {
        label[2:]
        for words, labels in zip(*(parts["test"].words, parts["test"].labels), strict=True)
        for word, label in zip(words, labels, strict=True)
        if word == "Lincoln"
    }
    assert {"person", "place"} <= used


def test_a_seed_gives_the_same_again_and_fewer_sentences_are_the_first_of_more(parts):
    again, other = entity_sentences("entities", 500, 300), annotated_sentences(500, 5)
    assert again["train"].words == parts["train"].words[:500] and again["test"].words == parts["test"].words
    assert other.words != again["train"].words


def test_the_data_set_holds_labels_of_words_as_numbers():
    loaded, part = load("entities", count=50, test=20), entity_sentences("entities", 50, 20)["test"]
    assert loaded.class_names == label_names(KINDS) and loaded.class_names[0] == "O"
    for text, row, words, labels in zip(loaded.x_test, loaded.y_test, part.words, part.labels, strict=True):
        assert tuple(text.split(" ")) == words
        assert tuple(loaded.class_names[i] for i in row[: len(words)]) == labels and (row[len(words) :] == -1).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: annotated_sentences(0), "count=0, expected an integer of at least 1"),
        (lambda: annotated_sentences(5, names="best"), "names='best', expected one of train, dev, test$"),
        (lambda: annotated_sentences(5, names="elsewhere"), "names='elsewhere', expected one of train, dev, test$"),
        (lambda: annotated_sentences(5, templates="best"), "templates='best', expected one of train, dev, test, elsew"),
        (lambda: entity_sentences("conll"), "dataset='conll', expected 'entities' or 'wnut17'"),
        (lambda: Annotated((("a",),), (("O", "O"),)), "sentence 0 has 1 words, 2 labels"),
        (lambda: Annotated(((),), ((),)), "sentence 0 has 0 words"),
        (lambda: Annotated((("a",),), (("person",),)), "label 'person', expected O, or B- or I- and a kind"),
        (lambda: Annotated((("a",),), ()), "1 sentences but labels of 0"),
    ],
)
def test_what_is_no_annotation_is_refused(call, message):
    with pytest.raises(DataError, match=message):
        call()


def read(tmp_path, text):
    path = tmp_path / "a.conll"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_conll(path)


@pytest.mark.parametrize("text", ["Ada\tB-p\nleft\tO\n\nNo\tO\n", "\r\nAda\tB-p\r\nleft\tO\r\n\r\n\n\nNo\tO"])
def test_empty_lines_part_sentences_whatever_ends_a_line(tmp_path, text):
    found = read(tmp_path, text)
    assert found.words == (("Ada", "left"), ("No",)) and found.labels == (("B-p", "O"), ("O",))


def test_a_word_may_hold_what_unicode_takes_for_the_end_of_a_line(tmp_path):
    assert read(tmp_path, "a\u2028b\tO\nc\x85d\tO\n").words == (("a\u2028b", "c\x85d"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Ada\tB-p\nleft O\n", "a.conll, line 2 is 'left O': expected a word, a tab and a label"),
        ("Ada\tB-p\tx\n", "line 1 is"),
        ("\tO\n", "line 1 is"),
        ("Ada\tO\n\nEve\tPER\n", "line 3 has the label 'PER': expected O, or B- or I- and a kind"),
        ("Ada\tB-\n", "line 1 has the label 'B-'"),
        ("\n\n", "a.conll has no sentence"),
        (b"Ada\xff\tO\n", "is no UTF-8 text: byte 3 is 0xff"),
    ],
)
def test_a_malformed_line_is_named_with_its_file_and_number(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        read(tmp_path, text)


@pytest.mark.skipif(not (BYTES / "wnut17").is_dir(), reason="WNUT17 is not at hand")
def test_wnut17_is_read_with_its_six_kinds(monkeypatch):
    monkeypatch.setattr(paths, "downloads", lambda: BYTES)
    found = entity_sentences("wnut17")
    assert [len(part) for part in found.values()] == [3394, 1009, 1287]
    assert (
        found["train"].kinds
        == found["test"].kinds
        == (
            "corporation",
            "creative-work",
            "group",
            "location",
            "person",
            "product",
        )
    )
    assert sum(label[0] == "B" for labels in found["test"].labels for label in labels) == 1079
    loaded = load("entities", "public")
    assert loaded.x_test.shape == (1287,) and loaded.y_train.max() == 12 and "CC BY 4.0" in loaded.note


def test_without_files_or_a_network_wnut17_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "downloads", lambda: tmp_path)
    monkeypatch.setattr(paths, "DATA", tmp_path)
    held = tmp_path / conll.WNUT17["train"].path
    held.parent.mkdir()
    held.write_bytes(b"Ada\tO\n")
    with pytest.raises(DataError, match=r"3 files, 0\.8 MB in all: .* is not the expected file"):
        conll.wnut17()
    assert held.read_bytes() == b"Ada\tO\n"
