"""Lessons, one TOML file each: every file of this folder, and those that plug-ins add."""

from pathlib import Path

from learning.registry import Registry
from model.lessons.lesson import read_lesson

LESSONS = Registry("lesson")


def add_lesson(path):
    """Read a lesson's file and register it by the file's name; a plug-in calls it for a lesson of one's own."""
    lesson = read_lesson(path)
    LESSONS.register(lesson.name)(lesson)
    return lesson


def lessons_in_order():
    """All lessons, the easiest first."""
    return sorted(LESSONS.values(), key=lambda lesson: (lesson.level, lesson.minutes, lesson.title))


for _file in sorted(Path(__file__).parent.glob("*.toml")):
    add_lesson(_file)
