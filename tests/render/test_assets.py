"""Files get addresses that name their bytes, also the modules that import one another."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from depesche.render.assets import assets, by_hashed_name, path


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        file = folder / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def test_another_content_has_another_address(tmp_path: Path) -> None:
    one = path("a.css", write(tmp_path / "one", a_css="p{color:red}"))
    two = path("a.css", write(tmp_path / "two", a_css="p{color:blue}"))
    assert one.startswith("/static/a-")
    assert one.endswith(".css")
    assert one != two


def test_a_module_imports_the_other_by_its_address(tmp_path: Path) -> None:
    main_js = 'import { a } from "../part.js";\nimport("./own.js");'
    folder = write(tmp_path, desk__main_js=main_js, part_js="export const a = 1;")
    (folder / "desk/own.js").write_text("export {}")
    main = assets(folder)["desk/main.js"].body.decode()
    assert f'"../{assets(folder)["part.js"].name}"' in main
    assert f'"./{Path(assets(folder)["desk/own.js"].name).name}"' in main


def test_a_change_in_a_module_changes_the_address_of_who_imports_it(tmp_path: Path) -> None:
    first = write(tmp_path / "one", main_js='import "./part.js";', part_js="1")
    other = write(tmp_path / "two", main_js='import "./part.js";', part_js="2")
    assert path("main.js", first) != path("main.js", other)


def test_modules_in_a_circle_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, one_js='import "./two.js";', two_js='import "./one.js";')
    with pytest.raises(ValueError, match="imports itself"):
        assets(folder)


def test_comments_stay_at_home_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    main_js = '// why\nconst a = "//b"; // what\n  // how\nthrow a;\n'
    assert assets(write(tmp_path, main_js=main_js))["main.js"].body == b'\nconst a = "//b"; // what\n\nthrow a;\n'


def test_compressed_bytes_are_the_same_file() -> None:
    css = assets()["reader.css"]
    assert css.gzipped is not None
    assert gzip.decompress(css.gzipped) == css.body
    assert by_hashed_name()[css.name] is css


def test_an_unknown_file_is_an_error_of_the_template() -> None:
    with pytest.raises(KeyError):
        path("nothing.css")
