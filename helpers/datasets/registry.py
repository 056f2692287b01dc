"""All data sets by name: what they are, the tiers they come in, and how to load them."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from helpers.datasets import (
    conll,
    course_sets,
    dates,
    digit_sums,
    emoji,
    entities,
    face_folder,
    flags,
    generators,
    images,
    name_lists,
    number_words,
    portraits,
    questions,
    scenes,
    scores,
    speech,
    stories,
    surfaces,
    voc,
    word_vectors,
)
from helpers.datasets.course_files import CourseFile
from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.downloads import RemoteFile


@dataclass(frozen=True)
class Entry:
    """A row of the registry; `loaders` maps each tier to its function, the default tier first."""

    name: str
    about: str
    size: str
    licence: str
    used_by: str
    loaders: Mapping[str, Callable[..., Dataset]]
    files: tuple[RemoteFile | CourseFile, ...] = ()

    @property
    def tiers(self) -> tuple[str, ...]:
        """Sources that it can be loaded from, the default first."""
        return tuple(self.loaders)


def _generated(about: str, size: str, generator: Callable[..., Dataset], used_by: str = "Course 1, week 3") -> Entry:
    """Row of a set of points that the workbook makes."""
    return Entry(generator.__name__, about, size, "none needed", used_by, {"offline": generator})


_ENTRIES = (
    _generated("400 points, petals of alternating class", "400 × 2 float64", generators.flower),
    _generated(
        "two interleaved half circles, 200 points or points=",
        "200 × 2 float64",
        generators.moons,
        "Course 1, weeks 3 and 4; Course 2, week 2",
    ),
    _generated("200 points, a circle inside another", "200 × 2 float64", generators.circles),
    _generated("200 points, six clouds in two classes", "200 × 2 float64", generators.blobs),
    _generated("200 points, a core and its rim", "200 × 2 float64", generators.gaussian_quantiles),
    _generated("200 points with nothing to learn", "200 × 2 float64", generators.no_structure),
    _generated("two thin rings close together", "300 + 100 of 2 float64", generators.rings, "Course 2, week 1"),
    Entry(
        name="football",
        about="two teams on a field, the labels noisy; or the course's own file",
        size="211 + 200 of 2 float64",
        licence="none needed; the course's: not stated",
        used_by="Course 2, week 1",
        loaders={"offline": generators.football, "course": course_sets.football},
        files=(course_sets.FOOTBALL,),
    ),
    Entry(
        name="flags",
        about="signal flags in fog, whose Bayes error is computed",
        size="1000 + 1000 of 8×8 float64, or train= and test=",
        licence="none needed",
        used_by="Course 3, week 1",
        loaders={"offline": flags.flags},
    ),
    Entry(
        name="scenes",
        about="street scenes and their weather; street_scenes() gives boxes, masks and attributes too",
        size="200 + 40 of 96×128×3 uint8, or count=",
        licence="none needed",
        used_by="Course 3, week 2; Course 4, week 3",
        loaders={"offline": scenes.scenes},
    ),
    Entry(
        name="faces",
        about="faces and backgrounds: real photographs from LFW, gray",
        size="150 + 50 of 25×25 float64",
        licence="collected for research (LFW)",
        used_by="Course 1, weeks 2 and 4; Course 4, week 1",
        loaders={"offline": images.faces},
    ),
    Entry(
        name="portraits",
        about="people to recognise: generated; or ORL's 40 people, gray. portraits() gives as many people as wanted",
        size="160 + 40 of 32×32×3 uint8, or people=, shots=",
        licence="none needed; ORL's: with credit to Olivetti Research Laboratory",
        used_by="Course 4, week 4",
        loaders={"offline": portraits.portraits_dataset, "public": face_folder.orl},
    ),
    Entry(
        name="digits",
        about="handwritten digits of UCI, all ten or those of classes=",
        size="1438 + 359 of 8×8 float64",
        licence="CC BY 4.0",
        used_by="Course 1, week 4; Course 2, week 3",
        loaders={"offline": images.digits},
    ),
    Entry(
        name="mnist_5k",
        about="handwritten digits, 500 of each, from MNIST's training set",
        size="4000 + 1000 of 28×28 uint8",
        licence="CC BY-SA 3.0",
        used_by="Course 1, week 4; Course 2, weeks 1 and 3",
        loaders={"offline": images.mnist_5k},
    ),
    Entry(
        name="digit_sums",
        about="two handwritten digits side by side, labelled with their sum; apart, or overlap= columns",
        size="4000 + 1000 of 10×22 uint8",
        licence="CC BY-SA 3.0",
        used_by="Course 3, week 2",
        loaders={"offline": digit_sums.digit_sums},
    ),
    Entry(
        name="jazz",
        about="lines over ii–V–I or blues, value by value; name= a MIDI file or a music21 score; or the course's solo",
        size="160 + 39 phrases of 30 values, or choruses=, length=",
        licence="none needed; music21's scores are in the public domain; the course's: not stated",
        used_by="Course 5, week 1",
        loaders={"offline": scores.tune_dataset, "course": scores.metheny},
        files=(scores.METHENY,),
    ),
    Entry(
        name="surfaces",
        about="crops of brick, grass and gravel: train from left halves of the photographs, test from right",
        size="600 + 180 of 32×32×3 uint8, or size=, per_class=",
        licence="CC0",
        used_by="Course 4, week 2",
        loaders={"offline": surfaces.surfaces},
    ),
    Entry(
        name="dinosaurs",
        about="names of dinosaur genera, one a line",
        size="1212 + 135 strings",
        licence="none needed; the course's: not stated",
        used_by="Course 5, week 1",
        loaders={"offline": name_lists.dinosaurs, "course": name_lists.dinos},
        files=(name_lists.DINOS,),
    ),
    Entry(
        name="names",
        about="first names given in the United States, lower case",
        size="26545 + 2949 strings",
        licence="MIT",
        used_by="Course 5, week 1, in full runs",
        loaders={"public": name_lists.names},
        files=(name_lists.NAMES,),
    ),
    Entry(
        name="shakespeare",
        about="lines of Shakespeare's plays in their order",
        size="29499 + 3278 strings",
        licence="public domain",
        used_by="Course 5, week 1",
        loaders={"public": name_lists.shakespeare},
        files=(name_lists.SHAKESPEARE,),
    ),
    Entry(
        name="number_words",
        about="numbers in words, English; number_words() gives German words and digits too, to translate to",
        size="4000 + 1000 strings, or count=, test=",
        licence="none needed",
        used_by="Course 5, week 4",
        loaders={"offline": number_words.number_words_dataset},
    ),
    Entry(
        name="stories",
        about="short stories with questions whose answers are spans; story_questions() gives places; or XQuAD",
        size="3000 + 600 × 3 strings, or train=, test=; XQuAD 973 + 217",
        licence="none needed; XQuAD: CC BY-SA 4.0",
        used_by="Course 5, week 4",
        loaders={"offline": stories.stories, "public": questions.xquad},
        files=(questions.XQUAD,),
    ),
    Entry(
        name="entities",
        about="sentences whose words are labelled, persons, places …: entity_sentences() gives words; or WNUT17",
        size="16000 + 600 strings, or count=, test=; WNUT17 3394 + 1287",
        licence="none needed; WNUT17's: CC BY 4.0",
        used_by="Course 5, week 4",
        loaders={"offline": entities.entities, "public": conll.wnut17},
        files=tuple(conll.WNUT17.values()),
    ),
    Entry(
        name="emoji",
        about="short sentences and the emoji that answers each; emoji_sentences() marks negations; or the course's",
        size="436 + 174 strings",
        licence="none needed; the course's: not stated",
        used_by="Course 5, week 2",
        loaders={"offline": emoji.emoji, "course": emoji.course_emoji},
        files=(emoji.TRAIN, emoji.TEST),
    ),
    Entry(
        name="word_vectors",
        about="vectors of words, which are its class names, trained on the small world; glove_text() gives GloVe's",
        size="about 1500 × 50 float32",
        licence="none needed; GloVe's: public domain (PDDL)",
        used_by="Course 5, week 2",
        loaders={"offline": word_vectors.word_vectors},
        files=(word_vectors.GLOVE,),
    ),
    Entry(
        name="speech",
        about="spoken words, activate among them; speech_clips() gives one split; or the course's recordings",
        size="308 + 184 clips at 11,025 Hz, int16",
        licence="none needed; the course's: not stated",
        used_by="Course 5, week 3",
        loaders={"offline": speech.speech, "course": speech.course_speech},
        files=(speech.RAW_DATA,),
    ),
    Entry(
        name="dates",
        about="dates as people write them in three languages, and as YYYY-MM-DD; date_pairs().ids() gives symbols",
        size="10000 + 2000 pairs of strings, or train=, test=",
        licence="none needed",
        used_by="Course 5, week 3",
        loaders={"offline": dates.dates},
    ),
    Entry(
        name="mnist",
        about="handwritten digits, all of MNIST",
        size="60000 + 10000 of 28×28 uint8",
        licence="CC BY-SA 3.0",
        used_by="Course 1, week 4, in full runs",
        loaders={"public": images.mnist},
        files=(images.MNIST_FILE,),
    ),
    Entry(
        name="bccd",
        about="blood cells under the microscope, labelled with whether platelets are there; bccd_boxes() gives boxes",
        size="292 + 72 of 120×160×3 uint8, or size=",
        licence="MIT",
        used_by="Course 4, week 3, in full runs",
        loaders={"public": voc.bccd},
        files=voc.bccd_files(),
    ),
    Entry(
        name="cats",
        about="cats and other pictures, the course's own files",
        size="209 + 50 of 64×64×3 uint8",
        licence="not stated: never shipped",
        used_by="Course 1, weeks 2 and 4",
        loaders={"course": course_sets.cats},
        files=(course_sets.CATS_TRAIN, course_sets.CATS_TEST),
    ),
    Entry(
        name="happy",
        about="faces that smile or do not, the course's own files",
        size="600 + 150 of 64×64×3 uint8",
        licence="not stated: never shipped",
        used_by="Course 4, week 1",
        loaders={"course": course_sets.happy},
        files=(course_sets.HAPPY_TRAIN, course_sets.HAPPY_TEST),
    ),
    Entry(
        name="signs",
        about="hand signs for the numbers 0 to 5, the course's own files",
        size="1080 + 120 of 64×64×3 uint8",
        licence="not stated: never shipped",
        used_by="Course 2, week 3; Course 4, week 1",
        loaders={"course": course_sets.signs},
        files=(course_sets.SIGNS_TRAIN, course_sets.SIGNS_TEST),
    ),
)
REGISTRY = {entry.name: entry for entry in _ENTRIES}


def find(name: str) -> Entry:
    """Row of a data set.

    Raises
    ------
    DataError
        Where no data set has that name; close matches are named.
    """
    if name not in REGISTRY:
        near = get_close_matches(str(name), REGISTRY)
        meant = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(REGISTRY)}"
        raise DataError(f"no data set is named {name!r}: {meant}")
    return REGISTRY[name]


def load(name: str, source: str | None = None, **options) -> Dataset:
    """Data set by name.

    Parameters
    ----------
    name : str
        A name of the registry: `workbook data list`.
    source : {"offline", "public", "course"}, optional
        The tier to take it from. Left out, the first that it has: offline where it can be.
    **options
        What the data set takes: `seed` for generated points, `points` and `noise` for moons, `classes` for digits.

    Returns
    -------
    Dataset

    Raises
    ------
    DataError
        Where the name, the source or an option is unknown, or the files are absent or not what they should be.
    """
    entry = find(name)
    source = source or entry.tiers[0]
    if source not in entry.loaders:
        raise DataError(f"{name} has no source {source!r}: it comes from {' or '.join(map(repr, entry.tiers))}")
    loader = entry.loaders[source]
    taken = inspect.signature(loader).parameters
    unknown = sorted(set(options) - set(taken))
    if unknown:
        raise DataError(f"{name} takes no option {unknown[0]!r}: its options are {', '.join(taken) or 'none'}")
    return loader(**options)
