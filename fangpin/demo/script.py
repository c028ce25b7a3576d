"""The script of the demo: what each app plays, in order, through its own verbs. Apps speak in a module ``demo`` of their own.

The demo is also the longest test: nothing here writes a row past a verb, and the work is done by a real worker.
"""

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.module_loading import autodiscover_modules
from tqdm import tqdm

from fangpin.accounts.models import User
from fangpin.demo.supervise import Crew
from fangpin.demo.writing import Writer
from fangpin.divisions.models import Division
from fangpin.runs.models import Run, State
from fangpin.transitions import NotAllowed


@dataclass
class Stage:
    """What a scene has at hand."""

    county: Division
    books: Writer
    crew: Crew
    actors: dict[str, User]
    look_at: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        print(text, flush=True)

    def finish(self, runs: Iterable[Run], title: str) -> None:
        """Wait until the workers are done with all of ``runs``. Raises NotAllowed with the reason when one failed."""
        waiting = {run.pk for run in runs}
        with tqdm(total=len(waiting), desc=f"  {title}", unit="项", disable=None, file=sys.stderr, leave=False) as bar:
            while waiting:
                self.crew.keep()
                alive = set(Run.objects.alive().filter(pk__in=waiting).values_list("pk", flat=True))
                bar.update(len(waiting - alive))
                waiting = alive
                time.sleep(0.1)
        failed = Run.objects.filter(pk__in=[run.pk for run in runs], state=State.FAILED).first()
        if failed:
            raise NotAllowed(f"{title}：{failed.error}")


@dataclass(frozen=True)
class Scene:
    """``needs`` names the files that the scene waits for (demo.writing), in that order."""

    order: int
    title: str
    play: Callable[[Stage], None]
    needs: tuple[str, ...] = ()


_scenes: list[Scene] = []


def contribute_scene(scene: Scene) -> None:
    _scenes.append(scene)


def scenes() -> list[Scene]:
    """All scenes in order."""
    autodiscover_modules("demo")
    return sorted(_scenes, key=lambda scene: scene.order)


def play(stage: Stage) -> None:
    for scene in scenes():
        stage.say(f"· {scene.title}")
        scene.play(stage)
