"""Draws a real run as an SVG: python3 book/pictures/make.py lesson01_create

Needs Python with the package rich. Runs the lesson in colour and with --pause, up to its first question: what comes after
it is for the reader to guess. Writes book/pictures/LESSON.svg.
"""

import os
import pathlib
import subprocess
import sys

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

DARK = TerminalTheme((24, 26, 30), (222, 224, 228), [(0, 0, 0)] * 8)

# No font is fetched from anywhere: the reader's own monospace font will do.
SVG = """<svg class="rich-terminal" viewBox="0 0 {terminal_width} {terminal_height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>A run of LESSON</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}</defs>
<rect width="{terminal_width}" height="{terminal_height}" rx="8" fill="#181a1e"/>
<g transform="translate(9, 9)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""

lesson = sys.argv[1]
environment = {**os.environ, "CLICOLOR_FORCE": "1", "LANG": "C.UTF-8"}
command = ["cargo", "run", "--quiet", "--package", lesson, "--", "--pause"]
# Somebody presses Enter after each step; a terminal would show the line break.
run = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, input="\n" * 99)
story = run.stdout.replace("q: leave ", "q: leave\n")
asks = "Your guess, then Enter:"
walkthrough = story[: story.index(asks) + len(asks)]

console = Console(record=True, width=80, file=open(os.devnull, "w"), force_terminal=True, color_system="truecolor")
console.print(Text.from_ansi(f"$ cargo run -p {lesson} -- --pause\n{walkthrough}\n"))
template = SVG.replace("LESSON", lesson)
svg = console.export_svg(theme=DARK, code_format=template, unique_id="run")
target = pathlib.Path(__file__).with_name(f"{lesson}.svg")
target.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n")
print(target)
