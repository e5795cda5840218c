"""Prints the lower bounds of pyproject.toml as pip constraints: what the wheel is tested against."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
for requirement in [*project["dependencies"], *project["optional-dependencies"]["server"]]:
    name, version = re.match(r"([A-Za-z0-9._-]+)>=([0-9.]+)", requirement).groups()
    print(f"{name}=={version}")
