"""Where reports go: all of a report or nothing, and never over something that is no file."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from tenantlint.errors import UsageError
from tenantlint.reports.output import Output


def test_a_file_appears_under_its_name_when_it_is_complete(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "report.json"
    output = Output(file)
    output.write(b"one, ")
    output.write(b"two")

    assert not file.exists()
    output.commit()
    assert file.read_bytes() == b"one, two"
    assert list(file.parent.iterdir()) == [file]


def test_what_is_discarded_leaves_nothing_and_an_older_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(b"older")
    output = Output(file)
    output.write(b"newer")
    output.discard()

    assert file.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [file]


def test_an_older_file_is_replaced_at_once_even_for_who_is_reading_it(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(b"older and longer")
    with file.open("rb", buffering=0) as reader:
        output = Output(file)
        output.write(b"newer")
        output.commit()

        assert (reader.read(), file.read_bytes()) == (b"older and longer", b"newer")


def test_what_is_committed_can_be_discarded_without_harm(tmp_path: Path) -> None:
    output = Output(tmp_path / "report.json")
    output.commit()
    output.discard()

    assert (tmp_path / "report.json").exists()


def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path: Path) -> None:
    file, link = tmp_path / "dated" / "report.json", tmp_path / "latest.json"
    link.symlink_to(file)
    output = Output(link)
    output.write(b"new")
    output.commit()

    assert link.is_symlink()
    assert file.read_bytes() == b"new"


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


@pytest.fixture
def reader(pipe: Path) -> Iterator[BinaryIO]:
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as stream:
        yield stream


def test_a_pipe_gets_the_whole_report_and_stays_a_pipe(pipe: Path, reader: BinaryIO) -> None:
    output = Output(pipe)
    output.write(b"all of it")
    before = reader.read()
    output.commit()

    assert (before, reader.read()) == (b"", b"all of it")
    assert pipe.is_fifo()
    assert list(pipe.parent.iterdir()) == [pipe]


def test_a_pipe_gets_nothing_of_a_report_that_is_discarded(pipe: Path, reader: BinaryIO) -> None:
    output = Output(pipe)
    output.write(b"half")
    output.discard()

    assert reader.read() == b""
    assert pipe.is_fifo()


def test_standard_output_gets_the_whole_report_at_the_end(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    output = Output(None)
    output.write(b"one, ")
    output.write(b"two")
    before = capfdbinary.readouterr().out
    output.commit()

    assert (before, capfdbinary.readouterr().out) == (b"", b"one, two")


def test_standard_output_gets_nothing_of_a_report_that_is_discarded(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    output = Output(None)
    output.write(b"half")
    output.discard()

    assert capfdbinary.readouterr().out == b""


PLACES = {
    "a folder": ("folder", "it is a folder"),
    "the working folder": (".", "it is a folder"),
    "the root": ("/", "it is a folder"),
    "below a file": ("file/report.json", "Not a directory"),
    "a folder that is a file": ("file/deeper/report.json", "Not a directory"),
    "where nobody may write": ("/proc/nowhere/report.json", "No such file or directory"),
    "too long a name": ("x" * 250, "File name too long"),
}


@pytest.mark.parametrize(("path", "why"), PLACES.values(), ids=PLACES)
def test_a_place_that_cannot_be_written_is_told_at_once(
    path: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()

    with pytest.raises(UsageError) as told:
        Output(Path(path))

    assert str(told.value) == f"cannot write {path}: {why}"
    assert {entry.name for entry in tmp_path.rglob("*")} == {"folder", "file"}


def test_a_device_that_is_full_is_told_at_the_end() -> None:
    output = Output(Path("/dev/full"))
    output.write(b"too much")

    with pytest.raises(UsageError, match=r"^cannot write /dev/full: No space left on device$"):
        output.commit()
    output.discard()
    assert Path("/dev/full").is_char_device()


def test_a_full_disk_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / f".report.json.{os.getpid()}.partial").symlink_to("/dev/full")  # the nearest thing to a full disk
    output = Output(tmp_path / "report.json")
    with pytest.raises(UsageError, match=r"report\.json: No space left on device$"):
        output.write(b"x" * 1_000_000)
    output.discard()

    assert list(tmp_path.iterdir()) == []


def test_what_goes_wrong_with_standard_output_is_left_to_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    output = Output(None)
    output.write(b"x" * 1_000_000)
    with os.fdopen(writer, "w") as broken:
        monkeypatch.setattr("sys.stdout", broken)
        with pytest.raises(BrokenPipeError):
            output.commit()
        os.dup2(os.open(os.devnull, os.O_WRONLY), writer)  # what is left in its buffer must go somewhere
    output.discard()
