"""Reads answers with the models of the official SDK of the IMM service.

On standard input: one JSON object a line with `model`, the name of a model, and
`answer`, what it is to read. On standard output, for each: the attributes of the
model as the SDK hands them to a program. What the SDK does not know, or knows as
another type, ends the script.
"""

import inspect
import json
import sys
import typing

from alibabacloud_imm20200930 import models


def attributes(value):
    """The value with every model turned into its attributes."""
    if isinstance(value, list):
        return [attributes(item) for item in value]
    if not hasattr(value, "to_map"):
        return value
    names = inspect.signature(type(value).__init__).parameters
    found = {}
    for name, parameter in names.items():
        if name == "self":
            continue
        item = getattr(value, name)
        wanted = typing.get_origin(parameter.annotation) or parameter.annotation
        if item is not None and wanted in (str, int, bool, dict, list):
            assert type(item) is wanted, f"{name} is {item!r}, not {wanted}"
        found[name] = attributes(item)
    return found


for line in sys.stdin:
    asked = json.loads(line)
    answer = asked["answer"]
    model = getattr(models, asked["model"])().from_map(answer)
    model.validate()
    known = model.to_map()
    assert known == answer, f"the SDK reads {known}, the answer is {answer}"
    print(json.dumps(attributes(model)))
