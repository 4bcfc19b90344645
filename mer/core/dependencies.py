"""Which modules a module depends on, found in the import statements; nothing is imported.

A cache that names its code in a list trusts everybody to keep the list. Here all code counts
that can be reached by imports, also those inside functions. Of a package, `__init__` counts only
where it defines what is taken from it: what it hands on is looked for where it comes from, and
`from package import module` asks for the module alone.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mer.core.paths import PACKAGE


@cache
def code_key(*modules: str, package: Path = PACKAGE) -> str:
    """A hash of the modules, by their full names, and of all of `package` that they depend on.

    Worked out once a process: later changes to the files are not what is running. An import
    that cannot be followed is an `ImportError`.
    """
    code = _Code(package)
    digest = hashlib.sha256()
    for name in sorted(dependencies(*modules, package=package)):
        digest.update(hashlib.sha256(code.text(name).encode()).digest())
    return digest.hexdigest()


def dependencies(*modules: str, package: Path = PACKAGE) -> frozenset[str]:
    """The full names of the modules and of all of `package` that they depend on."""
    code, found, todo = _Code(package), set(), list(modules)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += code.imported_by(name)
    return frozenset(found)


@dataclass(frozen=True)
class _Import:
    """`from module import name` (None: the module itself), bound to `bound`."""

    module: str
    level: int
    name: str | None
    bound: str
    line: int


@dataclass(frozen=True)
class _Code:
    """A package's source, read module by module."""

    package: Path

    def file(self, module: str) -> Path | None:
        """The file of a module or package; None: there is no such thing."""
        place = self.package.joinpath(*module.split(".")[1:])
        whole, plain = place / "__init__.py", place.with_suffix(".py")
        return whole if whole.is_file() else plain if plain.is_file() else None

    def text(self, module: str) -> str:
        file = self.file(module)
        if file is None:
            raise ImportError(f"{module}: no such module in {self.package}")
        return file.read_text(encoding="utf-8")

    def is_package(self, module: str) -> bool:
        return self.file(module) == self.package.joinpath(*module.split(".")[1:], "__init__.py")

    def imports(self, module: str) -> Iterator[tuple[str, _Import]]:
        """The import statements that stay inside the package, with the full names they mean."""
        for found in _parsed(self.text(module))[0]:
            full = self._absolute(module, found)
            if full.split(".")[0] == self.package.name:
                yield full, found

    def imported_by(self, module: str) -> Iterator[str]:
        """The modules that `module` asks for itself."""
        for full, found in self.imports(module):
            try:
                if found.name in (None, "*"):
                    yield self._as_a_whole(full)
                else:
                    yield self._origin(full, found.name)
            except ImportError as error:
                raise ImportError(f"{self.file(module)}, line {found.line}: {error}") from None

    def _absolute(self, module: str, found: _Import) -> str:
        if not found.level:
            return found.module
        up = found.level - self.is_package(module)
        return ".".join([*module.split(".")[: -up or None], *filter(None, [found.module])])

    def _origin(self, module: str, name: str) -> str:
        """The module that `name`, taken from `module`, really comes from."""
        if self.file(module) and not self.is_package(module):
            return module
        for full, found in self.imports(module):  # what a package hands on
            if found.bound == name and full != module:
                return self._origin(full, found.name) if found.name else self._as_a_whole(full)
        if name in _parsed(self.text(module))[1]:
            return module
        if self.file(f"{module}.{name}"):
            return self._as_a_whole(f"{module}.{name}")
        raise ImportError(
            f"where {module} has {name!r} from cannot be read. Take it from the "
            "module that defines it, so that caches notice when that changes."
        )

    def _as_a_whole(self, module: str) -> str:
        if self.is_package(module) and "__getattr__" in _parsed(self.text(module))[1]:
            raise ImportError(
                f"what is used of {module}, which loads lazily, cannot be read. "
                "Import the modules that are used, so that caches notice when "
                "they change."
            )
        return module


@cache  # by text: never out of date
def _parsed(text: str) -> tuple[list[_Import], set[str]]:
    """All import statements of a module, and all names that it defines or takes from outside."""
    imports, names = [], set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imports += [
                _Import(alias.name, 0, None, alias.asname or alias.name.split(".")[0], node.lineno)
                for alias in node.names
            ]
        elif isinstance(node, ast.ImportFrom):
            imports += [
                _Import(
                    node.module or "",
                    node.level,
                    alias.name,
                    alias.asname or alias.name,
                    node.lineno,
                )
                for alias in node.names
            ]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return imports, names
