"""Lists a BCD store with the independent reader and device decoder in the folder given first."""
import re
import struct
import sys
import uuid

sys.path.insert(0, sys.argv[1])
import devdec
import regf

hive = regf.Hive(open(sys.argv[2], "rb").read())
lines = {}


def utf16(data):
    return data[: len(data) // 2 * 2].decode("utf-16-le")


def strings(data):
    texts = []
    for text in utf16(data).split("\0"):
        if not text:
            break
        texts.append(text)
    return texts


def device(data):
    text = devdec.Dec(data).element()
    # What stands behind a path's NUL is left over; only the quoted NUL of locate is shown.
    return re.sub(r"\0[^()\[\]]*", "", text)


def show(number, data):
    kind = number >> 24 & 15
    if kind == 1:
        return device(data)
    if kind == 2:
        return utf16(data).split("\0")[0]
    if kind == 3:
        return utf16(data).split("\0")[0].lower()
    if kind == 4:
        return ",".join(strings(data)).lower()
    if kind == 5:
        return str(int.from_bytes(data, "little"))
    if kind == 6:
        return str(data[0])
    if kind == 7:
        return str(list(struct.unpack("<%dQ" % (len(data) // 8), data)))
    return "raw " + data.hex()


for obj in hive.rootkey().sub("Objects").subs():
    name = obj.name.lower()
    lines[name] = "%s %08x" % (name, struct.unpack("<I", obj.sub("Description").val("Type")[2])[0])
    for element in obj.sub("Elements").subs():
        number = int(element.name, 16)
        lines["%s %08x" % (name, number)] = "%s %08x %s" % (
            name, number, show(number, element.val("Element")[2]))
for key in sorted(lines):
    print(lines[key])
assert not hive.warn, hive.warn
