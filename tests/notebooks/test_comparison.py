"""The tolerant comparison: planted faults fail, noise passes."""

import base64
import io
from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tests.notebooks.comparison import Tolerance, compare_outputs, compare_text

TEXT = "epoch 100: cost 0.693147181, accuracy -12.5 %\nW1 has shape (4, 2), step 1.25e-05"
X = np.linspace(0, 10, 200)
LINES = np.cumsum(np.random.default_rng(1).normal(size=(4, 200)), axis=1)


def stdout(text: str) -> dict:
    return {"output_type": "stream", "name": "stdout", "text": text}


def displayed(**representations: str) -> dict:
    data = {name.replace("_", "/"): value for name, value in representations.items()}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def encoded(figure: Figure) -> str:
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer)
    return base64.b64encode(buffer.getvalue()).decode()


def lines_figure(
    lines: np.ndarray = LINES,
    colours: tuple[str, ...] = ("C0", "C1", "C2", "C3"),
    title: str = "Cost by learning rate",
    inches: tuple[float, float] = (6.4, 4.8),
) -> dict:
    figure = Figure(figsize=inches)
    axes = figure.subplots()
    for line, colour in zip(lines, colours, strict=False):
        axes.plot(X, line, color=colour)
    axes.set(title=title, xlabel="iteration", ylabel="cost", ylim=(LINES.min() - 1, LINES.max() + 1))
    return displayed(image_png=encoded(figure), text_plain="<Figure size 640x480 with 1 Axes>")


def image_figure(image: np.ndarray, colour_map: str = "viridis") -> dict:
    figure = Figure(figsize=(4, 3))
    figure.subplots().imshow(image, cmap=colour_map)
    return displayed(image_png=encoded(figure))


def differences(expected: dict | list, got: dict | list, **tolerance: float) -> list[str]:
    as_list = [value if isinstance(value, list) else [value] for value in (expected, got)]
    return compare_outputs(*as_list, Tolerance(**tolerance))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("0.693147181", "0.693216496"),
        ("epoch 100", "epoch 101"),
        ("-12.5", "12.5"),
        ("-12.5", "-12.7"),
        ("accuracy", "accurracy"),
        ("W1", "W2"),
        ("1.25e-05", "1.25e-04"),
        ("0.693147181", "nan"),
        ("(4, 2)", "(2, 4)"),
        ("(4, 2)", "(4.0, 2)"),
        ("\n", "\n\n"),
        ("\nW1 has shape (4, 2), step 1.25e-05", ""),
    ],
)
def test_a_planted_fault_in_a_text_fails(right: str, wrong: str) -> None:
    assert right in TEXT
    assert differences(stdout(TEXT), stdout(TEXT.replace(right, wrong)))


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (TEXT, TEXT),
        (TEXT, TEXT.replace("0.693147181", "0.693147182")),
        ("cost 0.6931", "cost 0.6932"),
        ("cost 0.5", "cost 0.49999999999999994"),
        ("1.234e-05", "1.235e-05"),
        ("12345.678901234", "12345.678901246"),
        ("residue 1.3e-16", "residue -4.1e-17"),
        ("[ 0.25 -0.5 ]", "[0.25000000001 -0.5]"),
        ("[nan inf -inf]", "[nan inf -inf]"),
        ("-0.0000", "0.0000"),
    ],
)
def test_rounding_noise_in_a_text_passes(expected: str, got: str) -> None:
    assert differences(stdout(expected), stdout(got)) == []


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("0.5", "0.6"),
        ("0.1234", "0.12345"),
        ("0.1234", "0.1236"),
        ("inf", "-inf"),
        ("nan", "0.5"),
        ("1", "1.0"),
        ("step 1000.", "step 1001."),
        ("#", "5"),
        ("3-4", "3-5"),
        ("version 1.5.3", "version 1.5.4"),
        ("3-4", "3 4"),
        ("loss 1e-3", "loss −1e-3"),
    ],
)
def test_a_difference_that_is_no_noise_fails(expected: str, got: str) -> None:
    assert compare_text(expected, got, Tolerance())


def test_the_message_names_the_number_and_how_far_off_it_is() -> None:
    (message,) = differences(stdout(TEXT), stdout(TEXT.replace("0.693147181", "0.793147181").replace("12.5", "13.5")))
    assert message.startswith("output 1 (stdout): line 1: expected 0.693147181, got 0.793147181: differs by 0.100, ")
    assert message.endswith("allowed 6.93e-9 (and 1 more)")


def test_the_message_shows_the_line_whose_words_differ() -> None:
    (message,) = differences(stdout("one\ntwo 2"), stdout("one\ntoo 2"))
    assert message == "output 1 (stdout): line 2: expected 'two 2', got 'too 2'"


def test_numbers_in_a_table_are_compared_within_tolerance() -> None:
    table = "<table><td>0.693147181</td><td>{}</td></table>"
    assert (
        differences(displayed(text_html=table.format(0.25)), displayed(text_html=table.format(0.2500000000001))) == []
    )
    assert differences(displayed(text_html=table.format(0.25)), displayed(text_html=table.format(0.26)))


@pytest.mark.parametrize(
    "got",
    [
        [stdout("a")],
        [stdout("a"), displayed(text_plain="b"), stdout("c")],
        [displayed(text_plain="b"), stdout("a")],
        [stdout("a"), {"output_type": "stream", "name": "stderr", "text": "b"}],
        [stdout("a"), {"output_type": "execute_result", "data": {"text/plain": "b"}, "metadata": {}}],
        [stdout("a"), displayed(text_plain="b", text_html="<b>b</b>")],
        [stdout("a"), displayed(text_plain="b"), {"output_type": "stream", "name": "stderr", "text": "warning"}],
        [],
    ],
    ids=["missing", "other text", "other order", "other stream", "a result", "another format", "a warning", "none"],
)
def test_a_missing_extra_or_moved_output_fails(got: list) -> None:
    assert differences([stdout("a"), displayed(text_plain="b")], got)


def test_where_a_stream_is_cut_makes_no_difference() -> None:
    assert differences([stdout("cost 0."), stdout("25\n")], [stdout("cost 0.25\n")]) == []


def test_the_message_of_an_error_is_compared() -> None:
    error = {"output_type": "error", "ename": "ValueError", "evalue": "x has 3 rows", "traceback": ["/tmp/a"]}
    assert differences(error, error | {"traceback": ["/tmp/b"]}) == []
    assert differences(error, error | {"evalue": "x has 4 rows"})
    assert differences(error, error | {"ename": "TypeError"})


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: lines_figure(LINES[:, np.random.default_rng(2).permutation(200)]),
        lambda: lines_figure(LINES[:3]),
        lambda: lines_figure(LINES[1:], colours=("C1", "C2", "C3")),
        lambda: lines_figure(colours=("C1", "C0", "C2", "C3")),
        lambda: lines_figure(title="Cost by batch size"),
        lambda: lines_figure(title="Cost by learning rata"),
        lambda: lines_figure(inches=(6.5, 4.8)),
        lambda: displayed(image_png=lines_figure()["data"]["image/png"], text_plain="<Figure with 2 Axes>"),
        lambda: displayed(text_plain="<Figure size 640x480 with 1 Axes>"),
        lambda: stdout("a figure"),
    ],
    ids=[
        "shuffled",
        "line 4 missing",
        "line 1 missing",
        "colours",
        "title",
        "letter",
        "size",
        "text",
        "lost",
        "stdout",
    ],
)
def test_a_planted_fault_in_a_figure_fails(wrong: Callable[[], dict]) -> None:
    assert differences(lines_figure(), wrong())


@pytest.mark.parametrize("noise", [0, 1e-9, 1e-6])
def test_noise_of_rounding_in_the_data_of_a_figure_passes(noise: float) -> None:
    noisy = LINES * (1 + noise * np.random.default_rng(3).normal(size=LINES.shape))
    assert differences(lines_figure(), lines_figure(noisy)) == []


def test_another_colour_map_or_a_turned_image_fails() -> None:
    image = np.random.default_rng(4).normal(size=(16, 16))
    assert differences(image_figure(image), image_figure(image * (1 + 1e-9))) == []
    assert differences(image_figure(image), image_figure(image, colour_map="plasma"))
    assert differences(image_figure(image), image_figure(image.T))


def test_faint_noise_of_pixels_passes_and_a_pixel_or_two_of_size_are_cropped() -> None:
    from PIL import Image

    pixels = np.random.default_rng(5).integers(0, 254, size=(120, 160, 3), dtype=np.uint8)
    noisy = pixels + (np.random.default_rng(6).random(pixels.shape) < 0.1).astype(np.uint8)

    def drawn(array: np.ndarray) -> dict:
        buffer = io.BytesIO()
        Image.fromarray(array).save(buffer, "png")
        return displayed(image_png=base64.b64encode(buffer.getvalue()).decode())

    assert differences(drawn(pixels), drawn(noisy)) == []
    assert differences(drawn(pixels), drawn(pixels[:-2, :-1])) == []
    assert differences(drawn(pixels), drawn(255 - pixels))


def test_metadata_of_a_cell_override_those_of_its_notebook() -> None:
    notebook, cell = {"nbval": {"rtol": 1e-3, "figure": 2}}, {"nbval": {"rtol": 0.1}}
    tolerance = Tolerance().overridden(notebook).overridden(cell).overridden({})
    assert tolerance == Tolerance(rtol=0.1, figure=2)
    assert compare_text("0.5", "0.51", tolerance) is None
    assert compare_text("0.5", "0.56", tolerance)


@pytest.mark.parametrize("override", [{"rtoll": 1}, {"rtol": "1"}, {"atol": -1.0}, {"figure": True}, {"rtol": None}])
def test_a_wrong_override_is_refused(override: dict) -> None:
    with pytest.raises(ValueError, match="metadata nbval"):
        Tolerance().overridden({"nbval": override})
