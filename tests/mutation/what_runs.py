"""Tells whether two sources run alike: annotations, docstrings and `if TYPE_CHECKING` blocks do not run at all."""

import ast
import warnings


def what_runs(source: str) -> str | None:
    """Return a text that is the same for sources that run alike; None where *source* does not compile."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what mutants compare is odd
        try:
            compile(source, "", "exec")
            return ast.dump(_Stripped().visit(ast.parse(source)))
        except SyntaxError:
            return None


class _Stripped(ast.NodeTransformer):
    def visit_If(self, node: ast.If) -> ast.AST | list[ast.AST]:
        if any(isinstance(part, ast.Name) and part.id == "TYPE_CHECKING" for part in ast.walk(node.test)):
            return []  # even where a mutant runs it, it makes names for types and nothing else
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self._without_docstring(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._without_docstring(node)

    def visit_Module(self, node: ast.Module) -> ast.AST:
        return self._without_docstring(node)

    def _without_docstring(self, node: ast.FunctionDef | ast.ClassDef | ast.Module) -> ast.AST:
        if ast.get_docstring(node) is not None:
            del node.body[0]
        return self.generic_visit(node)
