"""`python -m tests.house`: print the figures of the house and fail where one is broken."""

import sys
from statistics import mean

from tests.house import figures


def main() -> int:
    files = figures.tracked_files()
    trees = figures.product_trees(files)
    functions = figures.functions(trees)
    findings = [
        *figures.long_files(files),
        *figures.long_lines(files),
        *figures.foreign_words(files),
        *figures.banned_modules(files),
        *figures.long_functions(functions),
        *figures.signals(trees),
        *figures.stray_sql(trees),
    ]
    for finding in findings:
        print(finding)
    longest = max((function.lines for function in functions), default=0)
    average = mean(function.lines for function in functions) if functions else 0
    print(
        f"house: {len(trees)} modules, {len(functions)} functions, mean {average:.1f} and at most {longest} lines, "
        f"{figures.explained_share(trees):.1f} comment and docstring lines per 100, {len(findings)} findings"
    )
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
