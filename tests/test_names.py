"""What is said of a name that does not exist."""

from tenantlint.names import nearest


def test_the_name_that_is_meant_is_proposed_and_otherwise_some_of_those_that_there_are() -> None:
    many = [f"aprl-{number:03}" for number in range(300)]

    assert nearest("acme-on", ["acme-one", "other"]) == "did you mean 'acme-one'?"
    assert nearest("x", ["b", "a"]) == "there is a, b"
    assert nearest("x", []) == "there is none"
    assert nearest("backup", many) == f"there is {', '.join(many[:50])} and 250 more"
