"""Mutants are small faults in code; tests that exist catch them, and the copy is removed."""

from tools.mutants.mutations import mutations

SOURCE = '''"""A docstring of 1 line."""


def f(a: "int | 2", words: str = "日本") -> bool:
    if a < 3:
        print(f"{a > 4}", words)
        return True
    return words in "日" or a is None
'''


def test_each_mutation_changes_one_place_and_still_compiles() -> None:
    found = list(mutations(SOURCE))
    for one in found:
        compile(one.source, "mutant", "exec")
        changed = zip(SOURCE.splitlines(), one.source.splitlines(), strict=True)
        assert [number for number, (old, new) in enumerate(changed, 1) if old != new] == [one.line]
    assert {one.source.splitlines()[one.line - 1].strip() for one in found} == {
        "if (not (a < 3)):",
        "if (a <= 3):",
        "if a < 4:",
        "if a < (2):",
        "pass",
        "return None",
        "return False",
        "return (words not in '日') or a is None",
        'return words in "日" or (a is not None)',
    }
