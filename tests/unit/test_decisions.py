"""Decisions: written down in a typed form, and judged by the evidence; every defensible one passes."""

from enum import Enum

import pytest

from helpers.checks import CheckFailed
from helpers.checks.decisions import Verdict
from helpers.checks.engine import Lesson
from helpers.strategy.decisions import Decision, decide


class Remedy(Enum):
    BIGGER = "a bigger network"
    LONGER = "longer training"
    DATA = "more data"


VERDICT = Verdict(
    accepted={Remedy.BIGGER: "the bias is 5 %", Remedy.LONGER: "the cost still falls"},
    refused={Remedy.DATA: "the variance is only 0.2 %"},
    number=(0.02, 0.09),
    measured="the error fell to 0.048",
    evidence=("0.048",),
)
RANKING = Verdict(
    ranking=[
        (Remedy.BIGGER, Remedy.LONGER, "it removes more"),
        (Remedy.BIGGER, Remedy.DATA, "bias comes first"),
        (Remedy.LONGER, Remedy.DATA, "it is cheaper"),
    ],
    number=(0, 1),
    measured="the first removed 0.3",
    evidence=("0.3",),
)


def first_remedy():
    return decide(Remedy.BIGGER, 0.05)


def order_of_remedies():
    return decide((Remedy.BIGGER, Remedy.LONGER, Remedy.DATA), 0.4)


@pytest.fixture
def lesson():
    lesson = Lesson("a lesson")
    lesson.decision(first_remedy, VERDICT)
    lesson.decision(order_of_remedies, RANKING)
    return lesson


def answer(name, *decision):
    def function():
        return decide(*decision)

    function.__name__ = name
    return function


@pytest.mark.parametrize(("option", "reason"), VERDICT.accepted.items())
def test_every_defensible_choice_passes_and_is_told_what_was_measured(lesson, option, reason, capsys):
    lesson.check(answer("first_remedy", option, 0.08))
    said = capsys.readouterr().out
    assert said == f"✓ first_remedy: {reason}. You expected 0.08; the error fell to 0.048\n"


@pytest.mark.parametrize(
    ("name", "decision", "said"),
    [
        ("first_remedy", (Remedy.DATA, 0.05), "DATA does not hold: the variance is only 0.2 %"),
        ("first_remedy", (Remedy.BIGGER, 0.1), "0.1 is no fair expectation, 0.02 to 0.09 is: the error fell to 0.048"),
        ("first_remedy", (Remedy.BIGGER, 0.019), "0.019 is no fair expectation"),
        ("first_remedy", ((Remedy.BIGGER,), 0.05), "expected one of Remedy.BIGGER, Remedy.LONGER, Remedy.DATA"),
        ("first_remedy", ("BIGGER", 0.05), "choice is 'BIGGER', expected a member of the options"),
        ("order_of_remedies", (Remedy.BIGGER, 0.5), "rank all of Remedy.BIGGER, Remedy.LONGER, Remedy.DATA"),
        ("order_of_remedies", ([Remedy.BIGGER, Remedy.LONGER], 0.5), "rank all of"),
        (
            "order_of_remedies",
            ([Remedy.LONGER, Remedy.DATA, Remedy.BIGGER], 0.5),
            "BIGGER should stand before LONGER: it removes more\n  BIGGER should stand before DATA: bias comes first",
        ),
    ],
)
def test_any_other_decision_fails_with_the_evidence(lesson, name, decision, said):
    with pytest.raises(CheckFailed) as failed:
        lesson.check(answer(name, *decision))
    assert said in str(failed.value)


def test_a_decision_not_taken_says_so(lesson):
    def first_remedy():
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        lesson.check(first_remedy)


def test_a_decision_without_a_return_is_named(lesson):
    def first_remedy():
        decide(Remedy.BIGGER, 0.05)

    with pytest.raises(CheckFailed, match="is a return missing"):
        lesson.check(first_remedy)


def test_a_verdict_must_judge_every_option_once():
    incomplete = Verdict(accepted={Remedy.BIGGER: "bias"}, number=(0, 1), measured="", evidence=())
    with pytest.raises(ValueError, match=r"first_remedy: each of .*'DATA'.* is judged once"):
        Lesson("a lesson").decision(first_remedy, incomplete)
    mixed = Verdict(refused={Remedy.DATA: "no"}, ranking=RANKING.ranking, number=(0, 1), measured="", evidence=())
    with pytest.raises(ValueError, match="accepts and refuses no single options"):
        Lesson("a lesson").decision(order_of_remedies, mixed)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("more data", 0.1), "expected a member of the options"),
        (((), 0.1), "expected a member"),
        (([Remedy.DATA, Remedy.DATA], 0.1), "names an option twice"),
        ((Remedy.DATA, "0.1"), "number is '0.1', expected a number"),
        ((Remedy.DATA, True), "number is True"),
    ],
)
def test_decide_refuses_what_is_no_decision(arguments, said):
    with pytest.raises((TypeError, ValueError), match=said):
        decide(*arguments)


def test_a_decision_keeps_what_was_decided():
    assert decide(Remedy.DATA, 1) == Decision(Remedy.DATA, 1.0)
    assert decide([Remedy.DATA, Remedy.LONGER], 0.5).choice == (Remedy.DATA, Remedy.LONGER)
