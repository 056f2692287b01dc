"""Dates: the same everywhere, right whichever way they are written, and none of the test dates in training."""

import hashlib
import subprocess
import sys
from datetime import date

import numpy as np
import pytest

from helpers.datasets import DataError, load
from helpers.datasets.dates import (
    FORMATS,
    HUMAN_SYMBOLS,
    MACHINE_SYMBOLS,
    TX,
    TY,
    UNSEEN_FORMATS,
    date_pairs,
    symbol_ids,
    symbol_table,
)

PRINTED = "from helpers.datasets.dates import date_pairs; import hashlib; p = date_pairs(500, 3); "
PRINTED += "print(hashlib.sha256(repr((p.human, p.machine)).encode()).hexdigest()[:16])"


def test_dates_are_the_same_on_every_machine_in_another_process_and_language():
    fingerprint = "5218d9ab0d514f21"
    pairs = date_pairs(500, 3)
    assert hashlib.sha256(repr((pairs.human, pairs.machine)).encode()).hexdigest()[:16] == fingerprint
    settings = {"PYTHONHASHSEED": "7", "LC_ALL": "fr_FR.UTF-8", "PATH": "", "SYSTEMROOT": "C:\\Windows"}
    run = subprocess.run([sys.executable, "-c", PRINTED], capture_output=True, text=True, check=True, env=settings)
    assert run.stdout.strip() == fingerprint
    assert date_pairs(500, 4).human != pairs.human


def test_each_format_writes_the_date_as_people_do():
    assert [one.example for one in FORMATS] == [
        "Wednesday, March 4, 2015",
        "March 4, 2015",
        "Mar 4, 2015",
        "4 March 2015",
        "4 Mar 2015",
        "4th of March 2015",
        "Wed 4 Mar 2015",
        "3/4/15",
        "03/04/2015",
        "4 mars 2015",
        "mercredi 4 mars 2015",
        "le 4 mars 2015",
        "04/03/2015",
        "4 de marzo de 2015",
        "mié 4 mar 2015",
        "04.03.2015",
        "4.3.15",
        "2015/03/04",
        "20150304",
    ]
    assert [one.example for one in UNSEEN_FORMATS] == ["2015 March 4", "4 Mar '15", "4. März 2015", "2015-03-04"]
    by_name = {one.name: one for one in FORMATS}
    days = [by_name["en ordinal"].write(date(1999, 8, day)).split()[0] for day in (1, 2, 3, 11, 12, 13, 21, 22, 23, 31)]
    assert days == ["1st", "2nd", "3rd", "11th", "12th", "13th", "21st", "22nd", "23rd", "31st"]
    assert by_name["fr long"].write(date(2000, 8, 1)) == "1er août 2000"
    assert by_name["en slashes, short"].write(date(1950, 12, 31)) == "12/31/50"


def test_there_are_twelve_formats_or_more_in_several_languages_and_each_is_drawn():
    assert len(FORMATS) >= 12
    assert {one.name[:2] for one in FORMATS} >= {"en", "fr", "es"}
    pairs = date_pairs(4000)
    counts = {one.name: pairs.formats.count(one) for one in FORMATS}
    expected = {one.name: 4000 * one.weight / sum(other.weight for other in FORMATS) for one in FORMATS}
    assert all(abs(counts[name] - expected[name]) < 5 * expected[name] ** 0.5 for name in counts)


def test_no_date_of_the_test_half_is_in_the_training_half():
    train, test = date_pairs(30000, 1), date_pairs(5000, 1, held_out=True)
    assert not set(train.machine) & set(test.machine)
    years = [int(day[:4]) for day in train.machine + test.machine]
    assert (min(years), max(years)) == (1950, 2049)
    assert len(set(test.machine)) > 2500


def test_every_date_fits_and_uses_the_taught_symbols():
    assert (len(HUMAN_SYMBOLS), len(MACHINE_SYMBOLS), TX, TY) == (37, 11, 30, 10)
    longest = max((one.write(date(2015, 9, day)) for one in FORMATS for day in range(1, 31)), key=len)
    assert len(longest.replace(",", "")) <= TX
    pairs = date_pairs(2000)
    human, machine = pairs.ids()
    assert human.shape == (2000, 30)
    assert machine.shape == (2000, 10)
    assert set(np.unique(human)) == set(range(37)), "every symbol is used"
    assert ["".join(MACHINE_SYMBOLS[i] for i in row) for row in machine] == list(pairs.machine)


def test_ids_are_those_of_the_lower_case_text_without_commas():
    table = symbol_table(HUMAN_SYMBOLS)
    ids = symbol_ids("Mar 4, é", 10, table)
    assert [HUMAN_SYMBOLS[i] for i in ids] == ["m", "a", "r", " ", "4", " ", "<unk>", "<pad>", "<pad>", "<pad>"]
    assert symbol_ids("12345", 3, table) == [table[c] for c in "123"]
    assert symbol_ids("2015-03-04", 10, symbol_table(MACHINE_SYMBOLS))[4] == 0
    with pytest.raises(ValueError, match="needs <unk>, which this vocabulary of 11 lacks"):
        symbol_ids("2015/03/04", 10, symbol_table(MACHINE_SYMBOLS))


def test_the_data_set_is_loaded_by_name():
    loaded = load("dates", train=50, test=20)
    assert loaded.x_train.shape == (50, 2)
    assert loaded.y_test.shape == (20,)
    for (human, machine), label in zip(loaded.x_test, loaded.y_test, strict=True):
        assert FORMATS[label].write(date.fromisoformat(str(machine))) == human
    assert loaded.class_names == tuple(one.name for one in FORMATS)
    assert not loaded.x_train.flags.writeable


@pytest.mark.parametrize("bad", [{"count": 0}, {"count": 5, "formats": ()}])
def test_no_dates_and_no_formats_are_refused(bad):
    with pytest.raises(DataError, match="expected 1 or more"):
        date_pairs(**bad)
