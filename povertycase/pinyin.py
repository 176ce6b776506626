"""How characters are read 拼音, by the table of pypinyin."""


def syllables(text: str) -> list[str]:
    """`脱贫` as `tuo`, `pin`; what is no Chinese character stays as it is."""
    # The table takes 11 MB of every process that has it; most never ask how a name is read.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    return lazy_pinyin(text)


__all__ = ["syllables"]
