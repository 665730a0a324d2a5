"""`make golden`: write the golden pages anew; read the difference like code."""

from __future__ import annotations

import sys

from tests.golden.world import FILE, golden, written


def main() -> None:
    text = written(golden())
    if "--print" in sys.argv:
        sys.stdout.write(text)
        return
    before = FILE.read_text("utf-8") if FILE.exists() else ""
    FILE.write_text(text, "utf-8")
    print(f"{FILE.name}: {'the same' if before == text else 'changed; read `git diff`'}")


if __name__ == "__main__":
    main()
