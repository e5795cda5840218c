"""Which kernel a release of Windows has: by its name, and by the build of an image that names none."""

import pytest

from tenantlint_backup.systems.windows_releases import imaged, reported


@pytest.mark.parametrize(
    ("name", "kernel"),
    [
        ("Windows Server 2003", 5.2),
        ("Windows Server 2003 R2", 5.2),
        ("Windows Server 2008", 6.0),
        ("Windows Server 2008 R2", 6.1),
        ("Windows Server 2012", 6.2),
        ("Windows Server 2012 R2", 6.3),
        ("Windows Server 2016", 10.0),
        ("Windows Server 2025", 10.0),
        ("Windows XP", 5.1),
        ("Windows Vista", 6.0),
        ("Windows 7", 6.1),
        ("Windows 8", 6.2),
        ("Windows 8.1", 6.3),
        ("Windows 10", 10.0),
        ("Windows 11", 10.0),
    ],
)
def test_a_name_tells_the_kernel(name: str, kernel: float) -> None:
    release = reported(f"{name} Datacenter", "")

    assert release is not None
    assert (release.name, release.kernel, release.is_server) == (name, kernel, "Server" in name)


@pytest.mark.parametrize(
    ("build", "kernel"),
    [
        (6000, 6.0),
        (7599, 6.0),
        (7600, 6.1),
        (9199, 6.1),
        (9200, 6.2),
        (9599, 6.2),
        (9600, 6.3),
        (10239, 6.3),
        (10240, 10.0),
        (26100, 10.0),
    ],
)
def test_a_build_tells_the_kernel(build: int, kernel: float) -> None:
    release = imaged("MicrosoftWindowsServer", "offer", "sku", f"{build}.1.2")

    assert release is not None
    assert (release.kernel, release.is_server) == (kernel, True)


def test_a_build_before_vista_tells_nothing() -> None:
    assert imaged("MicrosoftWindowsServer", "offer", "sku", "5999.1.2") is None
