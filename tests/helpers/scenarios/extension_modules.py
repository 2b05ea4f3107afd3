"""load_dynamic: modules of `extension.c`."""

from __future__ import annotations

import os
import shutil
import sys
import types

from world import World, scenario


def library(world: World, path: str) -> str:
    path = os.path.join(world.folder, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return shutil.copy(world.extension, path)


@scenario
def extension_first_load(world: World) -> None:
    module = world.module(world.api.load_dynamic("multi", library(world, "lib.so")))
    world.globals_of(module)


@scenario
def extension_second_load_is_a_new_module(world: World) -> None:
    path = library(world, "lib.so")
    first = world.api.load_dynamic(name="multi", path=path)
    first.added = 1
    second = world.api.load_dynamic("multi", path)
    world.see("the same", first is second, sys.modules["multi"] is second)
    world.see("executions", first.execution, second.execution)
    world.globals_of(second)


@scenario
def extension_initialised_in_one_phase(world: World) -> None:
    path = library(world, "single.so")
    first = world.module(world.api.load_dynamic("single", path))
    first.added = 1
    second = world.module(world.api.load_dynamic("single", path))
    world.see("the same", first is second, sys.modules["single"] is second)
    world.globals_of(second)


@scenario
def extension_replaces_a_module(world: World) -> None:
    old = sys.modules["multi"] = types.ModuleType("multi")
    module = world.api.load_dynamic("multi", library(world, "lib.so"))
    world.see("replaced", module is not old, sys.modules["multi"] is module)


@scenario
def extension_whose_body_fails(world: World) -> None:
    path = library(world, "lib.so")
    with world.failure("first load"):
        world.api.load_dynamic("failing", path)
    world.loaded("failing")
    sys.modules["failing"] = types.ModuleType("failing")
    with world.failure("in place of another"):
        world.api.load_dynamic("failing", path)
    world.loaded("failing")


@scenario
def extension_without_that_module(world: World) -> None:
    path = library(world, "lib.so")
    with world.failure("first load"):
        world.api.load_dynamic("other", path)
    old = sys.modules["other"] = types.ModuleType("other")
    with world.failure("in place of another"):
        world.api.load_dynamic("other", path)
    world.see("still there", sys.modules.get("other") is old)


@scenario
def extension_that_is_no_library(world: World) -> None:
    for path in (world.write("lib.so", "text"), os.path.join(world.folder, "none.so")):
        with world.failure(os.path.basename(path), text=False):
            world.api.load_dynamic("multi", path)
        world.loaded("multi")


@scenario
def extension_with_dotted_name(world: World) -> None:
    module = world.module(world.api.load_dynamic("parent.multi", library(world, "lib.so")))
    world.loaded("parent", "parent.multi")
    world.see("executions", module.execution)


@scenario
def extension_with_a_file(world: World) -> None:
    path = library(world, "lib.so")
    with open(path, "rb") as file:
        world.see("given", world.api.load_dynamic("multi", path, file).execution, file.closed)
    world.see("none", world.api.load_dynamic("multi", path, None).execution)
