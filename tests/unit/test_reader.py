"""The reader: pages lead back to their texts, the network is what NumPy computes, baselines do what they say."""

import os
from dataclasses import replace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import keras
import numpy as np
import pytest

from helpers import paths
from helpers.checks import reader_network
from helpers.datasets.questions import XQUAD, Answer, Question, read_squad
from helpers.datasets.stories import story_questions
from helpers.models import reader, reader_training, reading_baselines, recipes, weights
from helpers.text.spans import span_text, token_span, tokenize_with_offsets

RNG = np.random.default_rng(0)
STORIES = story_questions(60, facts=(4, 8))
DESK = reader_training.story_desk()


def question(context, asked, answer, kind="where"):
    return Question("q", context, asked, (Answer(answer, context.index(answer)),), kind)


SHIPS = [
    question("The Argo left Volos. Jason sat in the bow.", "Which ship left Volos?", "Argo", "which"),
    question("Odin keeps ravens. Frigg spins clouds.", "Who spins clouds?", "Frigg", "who"),
    question("Odin keeps ravens. Frigg spins clouds.", "Who keeps ravens?", "Odin", "who"),
]


@pytest.fixture
def float64():
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx(before)


def test_pages_lead_back_to_the_answers():
    pages = DESK.lay_out(STORIES)
    assert DESK.read_off(STORIES, *pages.spans.T) == [q.references[0] for q in STORIES]
    assert (np.take_along_axis(pages.segments, pages.spans, axis=1) > 0).all()
    for q, ids, segments in zip(STORIES, pages.ids, pages.segments, strict=True):
        words = DESK.vocabulary.decode(ids)
        border = words.index("<sep>")
        asked, told = tokenize_with_offsets(q.question)[0], tokenize_with_offsets(q.context)[0]
        assert words[: border + 1 + len(told)] == [*asked, "<sep>", *told]
        assert segments.tolist()[: border + 1] == [0] * (border + 1)
        assert segments[border + 1 :].tolist()[: len(told)] == [2 if word in asked else 1 for word in told]


def test_a_text_that_is_too_long_is_cut_off_and_its_answer_with_it():
    short = replace(DESK, length=20).lay_out(STORIES)
    assert short.ids.shape == (60, 20)
    whole = DESK.lay_out(STORIES)
    kept = whole.spans[:, 1] < 20
    assert 0 < kept.sum() < 60
    np.testing.assert_array_equal(short.spans, np.where(kept[:, None], whole.spans, 0))


def test_a_question_that_leaves_no_room_for_its_text_is_refused():
    with pytest.raises(ValueError, match="question train-0-0 has 4 tokens"):
        replace(DESK, length=5).lay_out(STORIES)


def test_a_question_without_answer_has_no_span():
    (span,) = DESK.lay_out([replace(STORIES[0], answers=())]).spans
    assert span.tolist() == [0, 0]


def test_words_that_were_never_read_are_unknown():
    desk = reader.desk_for(SHIPS[1:2], 30)
    words = desk.vocabulary.decode(desk.lay_out(SHIPS[:1]).ids[0])
    assert words[:2] == ["<unk>", "<unk>"]
    assert "<unk>" not in DESK.vocabulary.decode(DESK.lay_out(story_questions(300, 9, facts=(4, 8))).ids.ravel())


def test_all_answers_of_xquad_align_with_tokens():
    file = paths.ROOT.parent / "shared" / "data" / XQUAD.path
    if not file.is_file():
        pytest.skip("the bytes of XQuAD are not at hand")
    questions, exact = read_squad(file), 0
    for q in questions:
        (text, start), (_, offsets) = q.answers[0], tokenize_with_offsets(q.context)
        found = span_text(q.context, offsets, *token_span(offsets, start, start + len(text)))
        assert text in found
        exact += found == text
    assert len(questions) == 1190
    assert exact >= 1189  # one annotation ends inside a word


def test_the_network_is_what_numpy_computes(float64):
    sizes = (9, 6, 2, 4, 2, 6)
    found = reader_network.run_network(reader.reader)(*sizes)
    expected = reader_network.read(*sizes)
    for part in ("start", "end"):
        np.testing.assert_allclose(found[part], expected[part], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found[part].sum(axis=1), 1)
        assert (found[part][reader_network.SEGMENTS == 0] == 0).all()


def test_padding_changes_no_answer():
    model, longer = reader_training.STORY_READER.network(), reader_training.STORY_READER.network(100)
    longer.set_weights(model.get_weights())
    a, b = reader.probabilities(model, DESK.lay_out(STORIES)), None
    b = reader.probabilities(longer, reader_training.story_desk(100).lay_out(STORIES))
    for one, other in zip(a, b, strict=True):
        np.testing.assert_allclose(one, other[:, :80], atol=1e-5)


def test_attention_maps_are_probabilities_over_what_is_no_padding():
    pages = DESK.lay_out(STORIES[:3])
    maps = reader.attention_maps(reader_training.STORY_READER.network(), pages)
    assert maps.shape == (3, 3, 2, 80, 80)
    np.testing.assert_allclose(maps.sum(axis=-1), 1, atol=1e-5)
    assert (maps.transpose(1, 4, 0, 2, 3)[pages.ids == 0] == 0).all()


def test_the_reader_learns_what_it_is_shown():
    keras.utils.set_random_seed(1)
    some = story_questions(40, 3, kinds=["giving"], facts=(4, 4), people=2)
    desk = replace(DESK, length=48)
    model = reader.reader(len(desk.vocabulary), 48, 1, 32, 2, 32)
    losses = reader.fit(model, desk.lay_out(some), epochs=40, batch_size=20, learning_rate=1e-2)
    assert losses[-1] < 0.2 * losses[0]
    texts = reader.answers(model, desk, some, 4)
    assert reader_training.judge(texts, some, ["giving"])["all"][0] > 0.9


def test_answers_that_were_cut_off_are_not_learned_from():
    desk = replace(DESK, length=20)
    pages = desk.lay_out(STORIES)
    model = reader.reader(len(desk.vocabulary), 20, 1, 8, 1, 8)
    start = model.get_weights()
    reader.fit(model, reader.Pages(pages.ids[:1], pages.segments[:1], np.array([[9, 9]])), epochs=1)
    assert any((a != b).any() for a, b in zip(start, model.get_weights(), strict=True))
    kept = pages.spans[:, 1] > 0
    one, other = (reader.reader(len(desk.vocabulary), 20, 1, 8, 1, 8) for _ in range(2))
    other.set_weights(one.get_weights())
    losses = []
    for network, rows in ((one, np.ones(60, bool)), (other, kept)):
        keras.utils.set_random_seed(1)
        losses.append(reader.fit(network, reader.Pages(*(part[rows] for part in pages)), epochs=1))
    assert losses[0] == pytest.approx(losses[1])


def test_figures_are_means_by_kind():
    figures = reader_training.judge(["Argo", "Frigg and Odin", "Thor"], SHIPS, ["which", "who", "when"])
    assert figures == {
        "which": (1, 1),
        "who": (0, pytest.approx(0.25)),
        "all": (pytest.approx(1 / 3), pytest.approx(0.5)),
    }


def test_baselines_answer_as_they_say():
    train = [*SHIPS[1:], SHIPS[2]]
    assert reading_baselines.most_frequent(train, SHIPS) == ["", "Odin", "Odin"]
    assert reading_baselines.latest_known(train, SHIPS) == ["", "Frigg", "Frigg"]
    assert reading_baselines.most_overlap(SHIPS) == ["Argo", "Frigg", "Odin"]
    assert reading_baselines.most_overlap([question("so it goes", "How does it go?", "so")]) == ["goes"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: reader_training.judge([], [], []), "0 answers to 0 questions"),
        (lambda: reader_training.judge(["Argo"], SHIPS, []), "1 answers to 3"),
        (lambda: recipes.run("story_reader", data="somewhere"), "tells its own stories"),
    ],
)
def test_what_does_not_fit_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_the_stored_reader_is_as_good_as_its_card_says():
    model = weights.load(reader_training.STORY_READER.network(), "story_reader")
    unseen = story_questions(240, reader_training.TEST_SEED, held_out=True, facts=(4, 8))
    found = reader_training.judge(reader.answers(model, DESK, unseen), unseen, [])["all"][0]
    assert found == pytest.approx(weights.card("story_reader")["accuracy"]["all"]["exact match"], abs=0.05)
