"""Reads a generated file as programs in Python and C do, and prints JSON: what was found.

read.py yaml FILE         PyYAML, which reads YAML 1.1
read.py json FILE         Python's own JSON
read.py xml FILE          expat; the texts of the elements below the root
read.py krb5 FILE SECTION libkrb5's own parser; tag -> values of a section whose tags are t0, t1 ...
"""

import ctypes
import json
import sys
import xml.etree.ElementTree as ElementTree


def krb5(path, section):
    library = ctypes.CDLL("libkrb5.so.3")
    profile = ctypes.c_void_p()
    code = library.profile_init_path(path.encode(), ctypes.byref(profile))
    if code:
        raise SystemExit(f"libkrb5 refuses the file: {code}")
    found = {}
    while True:
        tag = f"t{len(found)}"
        names = (ctypes.c_char_p * 3)(section.encode(), tag.encode(), None)
        values = ctypes.POINTER(ctypes.c_char_p)()
        if library.profile_get_values(profile, names, ctypes.byref(values)):
            return found
        found[tag] = []
        while values[len(found[tag])] is not None:
            found[tag].append(values[len(found[tag])].decode())


def main(kind, path, *more):
    if kind == "krb5":
        return krb5(path, *more)
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    if kind == "yaml":
        import yaml

        return yaml.safe_load(text)
    if kind == "xml":
        return [element.text or "" for element in ElementTree.fromstring(text.encode())]
    return json.loads(text)


json.dump(main(*sys.argv[1:]), sys.stdout)
