"""The album: pictures by language and width, and the page that shows them."""

from pathlib import Path

from tests.screens.camera import WIDTHS, Picture

ROOT = Path(__file__).resolve().parents[2]
# What the repository keeps; the others stay on the disk of whoever took them (docs/screens/.gitignore).
KEPT = ("zh-1440", "zh-768", "zh-360", "en-1440", "en-360")
HEAD = """# 页面

由 `make screens` 生成：从每个岗位的工作台出发，沿链接走到的每个页面各拍一张，宽 1440、768、360 像素，中文和英文。
日期框、“选择文件”这类浏览器自带控件的文字跟随拍照所用的浏览器，不跟随页面。
数据是演示县的，人员均为虚构。仓库里只保存部分组合，其余在执行命令的机器上。

"""


class Album:
    """Pictures written as they come."""

    def __init__(self, folder: Path, form: str) -> None:
        self._folder, self._form = folder, form
        self._titles: dict[tuple[str, str], str] = {}
        self.number = 0

    def keep(self, picture: Picture) -> None:
        """Write one picture."""
        target = self._folder / f"{picture.language}-{picture.width}" / self._file(picture.role, picture.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(picture.data)
        self.number += 1
        if picture.language == "zh":
            self._titles[picture.role, picture.name] = picture.title

    def write_index(self, unreached: list[str]) -> None:
        """README.md: a table of pages and roles with the pictures kept."""
        lines = [HEAD, "| 页面 | 岗位 | " + " | ".join(KEPT) + " |", "|---|---|" + "---|" * len(KEPT)]
        for (role, name), title in self._titles.items():
            file = self._file(role, name)
            taken = [(sort, (self._folder / sort / file).exists()) for sort in KEPT]
            shown = " | ".join(f"[{sort}]({sort}/{file})" if there else "--" for sort, there in taken)
            lines.append(f"| {title} | {role} | {shown} |")
        if unreached:
            lines += ["", "没有链接通向的页面：" + "、".join(f"`{name}`" for name in unreached) + "。"]
        (self._folder / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        others = [f"{language}-{width}/" for language in ("zh", "en") for width in WIDTHS]
        ignored = [sort for sort in others if sort.rstrip("/") not in KEPT]
        (self._folder / ".gitignore").write_text("\n".join(ignored) + "\n", encoding="utf-8")

    def _file(self, role: str, name: str) -> str:
        return f"{role}.{name.replace('-kind-', '.')}.{self._form}"
