"""The `workbook` command: one click command a tool, each a thin door to its module."""

from pathlib import Path

import click

from helpers import paths


class Commands(click.Group):
    """A group whose commands end with status 130 when interrupted, as shells have it; click's own is 1."""

    def invoke(self, context: click.Context) -> object:
        """Do a command."""
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            context.exit(130)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run, test, save and study the notebooks of the workbook."""


@main.command("list")
@click.option("--course", type=int, help="Only this course.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_notebooks(root: Path | None, course: int | None, as_json: bool) -> None:
    """All notebooks with course, state, run time and topics."""
    import json
    import shutil
    import sys

    from helpers.workbook import catalogue

    found = catalogue.notebooks(course, root=root or paths.NOTEBOOKS)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 10_000
    click.echo(json.dumps(catalogue.listing(found), indent=1) if as_json else catalogue.table(found, width))


@main.command()
@click.argument("names", nargs=-1)
@click.option("--course", type=int, help="All notebooks of this course.")
@click.option("--jobs", type=click.IntRange(min=1), help="Notebooks at a time on a machine.  [default: its cores]")
@click.option("-p", "parameters", type=(str, str), multiple=True, metavar="NAME VALUE", help="Set a parameter.")
@click.option("--profile", type=click.Choice(["offline", "full"]), default="offline", show_default=True)
@click.option("--scheduler", metavar="tcp://HOST:PORT", help="Use the machines of this dask scheduler.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds that one notebook may take.")
@click.option("--resume", is_flag=True, help="Skip what has succeeded with the same notebook, helpers and data.")
@click.option("--out", type=click.Path(path_type=Path), default=paths.ROOT / "runs" / "latest", help="Results go here.")
@click.pass_obj
def run(root: Path | None, parameters: tuple[tuple[str, str], ...], **options: object) -> None:
    """Run notebooks, all or those named, and write their results and a report."""
    from helpers.workbook import planning, runner

    given = {name: planning.parse_value(value) for name, value in parameters}
    raise SystemExit(runner.run(parameters=given, root=root or paths.NOTEBOOKS, **options))


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option("--notebooks/--no-notebooks", default=True, help="Run the notebooks too, and compare their outputs.")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="Test files at a time.")
@click.option("--matrix", type=click.IntRange(1), metavar="N", help="The notebooks N times, varying threads and BLAS.")
def test(arguments: tuple[str, ...], notebooks: bool, jobs: int, matrix: int | None) -> None:
    """Run the tests and the notebooks; further ARGUMENTS go to pytest."""
    from helpers.workbook import testing

    if matrix:
        raise SystemExit(testing.run_matrix(matrix, arguments))
    raise SystemExit(testing.run_tests(arguments, notebooks=notebooks, jobs=jobs))


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(arguments: tuple[str, ...]) -> None:
    """Run the benchmarks; further ARGUMENTS go to pytest."""
    from helpers.workbook import testing

    raise SystemExit(testing.run_benchmarks(arguments))


@main.command()
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Save all notebooks.")
@click.option("--timeout", type=float, default=600, show_default=True, help="Seconds that one notebook may take.")
def save(names: tuple[str, ...], every: bool, timeout: float) -> None:
    """Run notebooks from top to bottom and store them with their outputs, tidied."""
    from helpers.workbook import catalogue, saving

    if bool(names) == every:
        raise click.UsageError("name the notebooks to save, or give --all")
    failed = saving.save_all(catalogue.notebooks() if every else catalogue.find(names), timeout=timeout)
    if failed:
        raise SystemExit(1)


@main.group()
def data() -> None:
    """See which data sets there are, and fetch those that are public."""


@data.command("list")
def list_data() -> None:
    """All data sets with tiers, size, licence and state."""
    from helpers.workbook import data_commands

    click.echo(data_commands.table())


@data.command()
@click.argument("name")
def info(name: str) -> None:
    """Everything about one data set, and how to get it."""
    from helpers.workbook import data_commands

    click.echo(data_commands.describe(name))


@data.command()
@click.argument("names", nargs=-1, required=True)
def fetch(names: tuple[str, ...]) -> None:
    """Download public data sets and verify their SHA-256."""
    from helpers.workbook import data_commands

    data_commands.fetch(names)


@data.command()
@click.argument("name")
@click.option("--data", "source", type=click.Path(path_type=Path), help="Images to train on, instead of fetching them.")
@click.option("--epochs", type=click.IntRange(1), help="Instead of the recipe's own number.")
@click.option("--out", type=click.Path(path_type=Path), default=paths.WEIGHTS, help="Weights and card go here.")
def train(name: str, source: Path | None, epochs: int | None, out: Path) -> None:
    """Train the weights NAME of data/weights again, by their recipe; hours on a laptop."""
    from helpers.workbook import data_commands

    data_commands.train(name, source, epochs, out)


@main.command()
@click.argument("names", nargs=-1)
def lint(names: tuple[str, ...]) -> None:
    """Say what notebooks (all, or those named) lack: anatomy, budgets, exercises, outputs."""
    from helpers.workbook import catalogue
    from helpers.workbook.lint import lint as findings

    notebooks = catalogue.find(names) if names else catalogue.notebooks()
    found = findings(notebooks)
    for finding in found:
        click.echo(finding)
    click.echo(f"{len(notebooks)} notebooks, {len(found)} findings")
    if found or not notebooks:
        raise SystemExit(1)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def lab(arguments: tuple[str, ...]) -> None:
    """Open JupyterLab at the table of contents; further ARGUMENTS go to JupyterLab."""
    from helpers.workbook import lab as jupyterlab

    raise SystemExit(jupyterlab.start(arguments))


@main.command()
@click.option("-o", "--out", type=click.Path(path_type=Path), default=paths.ROOT / "site", help="Folder to write to.")
@click.pass_obj
def site(root: Path | None, out: Path) -> None:
    """Write the notebooks, as stored, and the helpers as a web site that needs no network."""
    from helpers.workbook import site as pages

    click.echo(f"the site has {pages.build(out, root or paths.NOTEBOOKS)} pages; open {out / 'index.html'}")


@main.command()
@click.option("--out", type=click.Path(path_type=Path), default=paths.ROOT / "exercises", help="Folder to write to.")
@click.option("--replace", multiple=True, metavar="NAME", help="Write this notebook anew, though it was changed.")
def exercises(out: Path, replace: tuple[str, ...]) -> None:
    """Write the exercise edition: the notebooks with their solutions taken out."""
    from helpers.workbook.exercises import write_edition

    kept = write_edition(out, replace=replace)
    click.echo(f"the exercise edition is in {out}; open {out / 'index.ipynb'}")
    for path in kept:
        click.echo(f"kept {path}: it was changed since; --replace {path.stem} writes it anew, or choose another --out")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--timeout", type=float, default=30, show_default=True, help="Seconds that one check may take.")
def progress(folder: Path, timeout: float) -> None:
    """Show which checks pass in a learner's FOLDER, without running the notebooks."""
    from helpers.workbook import progress

    click.echo(progress.table(progress.of_folder(folder, timeout=timeout), folder))
