"""What is wrong in a file, and where: all of it at once."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from campaigns import plan_yaml


@dataclass(frozen=True)
class Problem:
    """One mistake. `place` is like `plans[0].tracks[0].phases[1].ends.congress`."""

    file: str
    place: str
    text: str
    line: int | None = None

    def __str__(self):
        where = f"{self.file}: {self.place}: " if self.place else f"{self.file}: "
        line = f" (dòng {self.line})" if self.line else ""
        return f"{where}{self.text}{line}"


class LoadError(Exception):
    """The files were refused and nothing was written; `problems` is the whole list."""

    def __init__(self, problems):
        self.problems = sorted(problems, key=lambda p: (p.file, p.line or 0, p.place))
        super().__init__("\n".join(map(str, self.problems)))


def place_of(path):
    """("plans", 0, "title") -> "plans[0].title"."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


class Source:
    """One file as read: its values, and the line of every place."""

    def __init__(self, name, text):
        self.name = name
        self.problems = []
        self.data = {}
        self._root = None
        try:
            self._root = yaml.compose(text, Loader=plan_yaml.PlanYamlLoader)
            data = plan_yaml.load(text)
        except yaml.YAMLError as error:
            self._unreadable(error)
            return
        except ValueError as error:  # a date that does not exist: 2021-02-29
            self.problems.append(Problem(name, "", f"không đọc được: {error}"))
            return
        if data is None:
            data = {}
        if not isinstance(data, dict):
            self.problems.append(Problem(name, "", "tệp phải là các mục có tên", 1))
            return
        self.data = data

    @classmethod
    def of_file(cls, path):
        path = Path(path)
        try:
            return cls(path.name, path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            source = cls(path.name, "")
            source.problems.append(Problem(path.name, "", f"không mở được tệp: {error.strerror}"))
            return source
        except UnicodeDecodeError:
            source = cls(path.name, "")
            source.problems.append(Problem(path.name, "", "tệp không phải UTF-8"))
            return source

    @classmethod
    def of_data(cls, name, data):
        """A source made by the program (the demo puts days in); it has no lines."""
        source = cls(name, "")
        source.data = data
        return source

    def problem(self, path, text):
        self.problems.append(Problem(self.name, place_of(path), text, self.line(path)))

    def line(self, path):
        """The line of a place, or of what is nearest above it; None without a text."""
        node, line = self._root, None
        for step in path:
            if node is None:
                break
            line = node.start_mark.line + 1
            if isinstance(node, yaml.MappingNode):
                pairs = [(k, v) for k, v in node.value if k.value == str(step)]
                if not pairs:
                    return line
                line, node = pairs[0][0].start_mark.line + 1, pairs[0][1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step] if step < len(node.value) else None
                line = node.start_mark.line + 1 if node is not None else line
            else:
                break
        return line

    def _unreadable(self, error):
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark else None
        self.problems.append(Problem(self.name, "", f"YAML không đọc được: {what}", line))
