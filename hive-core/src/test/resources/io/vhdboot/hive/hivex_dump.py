"""Prints all that hivex reads from a hive: one line per key and per value, in stored order."""
import hashlib
import sys

import hivex


def text(name):
    return name.encode("unicode_escape").decode()


hive = hivex.Hivex(sys.argv[1])
stack = [(hive.root(), "")]
while stack:
    node, path = stack.pop()
    print("K", path, hive.node_timestamp(node))
    for value in hive.node_values(node):
        key = hive.value_key(value)
        try:
            kind, data = hive.value_value(value)
            digest = hashlib.sha1(data).hexdigest()
            print("V", path, text(key), kind & 0xFFFFFFFF, len(data), digest)
        except Exception:
            print("V", path, text(key), "unreadable")
    for child in reversed(hive.node_children(node)):
        stack.append((child, path + "\\" + text(hive.node_name(child))))
