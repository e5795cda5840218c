"""What a mutant is."""

from dataclasses import dataclass

from tests.mutation.configuration import PACK


@dataclass(frozen=True)
class Mutant:
    """A module with one change: at `line`, which was `before` and is `after`, both without indentation."""

    module: str
    operator: str
    line: int
    before: str
    after: str
    source: str

    @property
    def place(self) -> str:
        """The module's name within the pack."""
        return self.module.removeprefix(f"{PACK}.")
