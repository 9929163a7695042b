"""Says what one image of a WIM holds, from the bytes of its metadata resource.

Reads uncompressed metadata only. plain_copy() makes a WIM of one image with uncompressed metadata and no
file data, through libwim, from a WIM of any compression.
"""

import ctypes
import os
import struct
from ctypes import POINTER, byref, c_char_p, c_int, c_uint, c_void_p

from ntfs3g import SEPARATOR

LIBRARY = "libwim.so.15"

ALL_IMAGES = -1
SKIP_EXTERNAL_WIMS = 0x200  # a delta: blobs that another WIM has are not written

READONLY, HIDDEN, SYSTEM, DIRECTORY, ARCHIVE, NORMAL = 0x1, 0x2, 0x4, 0x10, 0x20, 0x80
SPARSE, REPARSE, COMPRESSED, ENCRYPTED = 0x200, 0x400, 0x800, 0x4000

TAG_OBJECT_ID = 1
TAG_EA = 2

NO_HASH = bytes(20)


def plain_copy(wim, image, target):
    """Writes to target the metadata of that image of that WIM, uncompressed."""
    lib = ctypes.CDLL(LIBRARY)
    lib.wimlib_get_error_string.restype = ctypes.c_char_p
    lib.wimlib_open_wim.argtypes = [c_char_p, c_int, POINTER(c_void_p)]
    lib.wimlib_create_new_wim.argtypes = [c_int, POINTER(c_void_p)]
    lib.wimlib_export_image.argtypes = [c_void_p, c_int, c_void_p, c_char_p, c_char_p, c_int]
    lib.wimlib_write.argtypes = [c_void_p, c_char_p, c_int, c_int, c_uint]
    lib.wimlib_free.argtypes = [c_void_p]

    def done(code, what):
        if code:
            raise OSError(0, "libwim, %s: %s" % (what, lib.wimlib_get_error_string(code).decode()))

    source, copy = c_void_p(), c_void_p()
    done(lib.wimlib_open_wim(os.fsencode(wim), 0, byref(source)), "open %s" % wim)
    try:
        done(lib.wimlib_create_new_wim(0, byref(copy)), "new WIM")
        done(lib.wimlib_export_image(source, image, copy, None, None, 0), "export image %d of %s" % (image, wim))
        done(lib.wimlib_write(copy, os.fsencode(target), ALL_IMAGES, SKIP_EXTERNAL_WIMS, 1), "write %s" % target)
    finally:
        lib.wimlib_free(copy)
        lib.wimlib_free(source)


class Compressed(Exception):
    """A resource that this module cannot read as it is."""


class Entry:
    """One directory entry of the image, its streams sorted out."""

    __slots__ = ("attributes", "times", "descriptor", "short_name", "streams", "reparse_tag", "reparse_hash",
                 "reparse_reserved", "link", "object_id", "ea", "directory", "efs")

    def __init__(self):
        self.streams = {}  # name -> SHA-1, zeros for an empty one
        self.object_id = None
        self.ea = None
        self.reparse_tag = None
        self.reparse_hash = None
        self.reparse_reserved = 0
        self.link = 0
        self.efs = None


class Image:
    """The tree of one image: entries by path, and the entries that no volume can hold."""

    def __init__(self, path, image=1):
        with open(path, "rb") as file:
            header = file.read(208)
            if header[:8] != b"MSWIM\0\0\0":
                raise OSError(0, "%s is not a WIM" % path)
            table = self._resource(file, header[0x30:0x48], path)
            metadata = [table[at:at + 24] for at in range(0, len(table) - 49, 50)
                        if table[at + 7] & 2 and struct.unpack_from("<I", table, at + 26)[0]]
            self.data = self._resource(file, metadata[image - 1], path)
        self.entries = {}
        self.dropped = []
        total, count = struct.unpack_from("<II", self.data)
        sizes = struct.unpack_from("<%dQ" % count, self.data, 8)
        at = 8 + 8 * count
        self.descriptors = []
        for size in sizes:
            self.descriptors.append(self.data[at:at + size])
            at += size
        self._walk(max(8, (total + 7) & ~7))

    @staticmethod
    def _resource(file, header, path):
        stored, flags = int.from_bytes(header[:7], "little"), header[7]
        offset, size = struct.unpack_from("<QQ", header, 8)
        if flags & 4 or stored != size:
            raise Compressed()
        file.seek(offset)
        return file.read(size)

    def _walk(self, root):
        waiting = [("", self._entry(root)[2], self._entry(root)[3])]
        self.entries[""] = waiting[0][1]
        while waiting:
            parent, _, at = waiting.pop()
            while at:
                parsed = self._entry(at)
                if parsed is None:
                    break
                at, name, entry, children = parsed
                path = parent + SEPARATOR + name
                if name in ("", ".", "..") or "\0" in name or path in self.entries:
                    self.dropped.append(path)
                    continue
                self.entries[path] = entry
                if entry.directory and entry.reparse_tag is None and children:
                    waiting.append((path, entry, children))

    def _entry(self, at):
        data = self.data
        length = (struct.unpack_from("<Q", data, at)[0] + 7) & ~7
        if length <= 8:
            return None
        entry = Entry()
        entry.attributes, security, children, _, _, created, accessed, written = \
            struct.unpack_from("<IiQQQQQQ", data, at + 8)
        entry.directory = bool(entry.attributes & DIRECTORY)
        entry.times = (created, written, accessed)
        known = 0 <= security < len(self.descriptors)
        entry.descriptor = self.descriptors[security] or None if known else None
        unnamed = [data[at + 0x40:at + 0x54]]
        if entry.attributes & REPARSE:
            entry.reparse_tag, entry.reparse_reserved = struct.unpack_from("<IH", data, at + 0x58)
        else:
            entry.link = struct.unpack_from("<Q", data, at + 0x58)[0]
        streams, short_length, name_length = struct.unpack_from("<HHH", data, at + 0x60)
        name, place = self._name(at + 102, name_length)
        entry.short_name, place = self._name(place, short_length)
        place = (place + 7) & ~7
        while place + 8 <= at + length:
            tag, size = struct.unpack_from("<II", data, place)
            value = data[place + 8:place + 8 + size]
            if tag == TAG_OBJECT_ID:
                entry.object_id = value
            elif tag == TAG_EA:
                entry.ea = value
            place += 8 + ((size + 7) & ~7)
        at += length
        extra = False
        for _ in range(streams):
            size = (struct.unpack_from("<Q", data, at)[0] + 7) & ~7
            digest, name_size = data[at + 16:at + 36], struct.unpack_from("<H", data, at + 36)[0]
            stream, _ = self._name(at + 38, name_size)
            if stream:
                entry.streams.setdefault(stream, digest)
            else:
                unnamed.append(digest)
                extra = True
            at += size
        self._sort(entry, unnamed, extra)
        return at, name, entry, children

    @staticmethod
    def _sort(entry, unnamed, extra):
        """Which of the unnamed streams is what: the format has no type for them."""
        if entry.attributes & ENCRYPTED:
            entry.efs = next((digest for digest in unnamed if digest != NO_HASH), NO_HASH)
            return
        if extra and unnamed[0] == NO_HASH:
            del unnamed[0]
        if entry.reparse_tag is not None:
            entry.reparse_hash = unnamed.pop(0)
        if not entry.directory:
            entry.streams[""] = unnamed[0] if unnamed else NO_HASH

    def _name(self, at, length):
        if not length:
            return "", at
        return self.data[at:at + length].decode("utf-16-le", "surrogatepass"), at + length + 2

    def groups(self):
        """The sets of paths that are one file: the same link id and the same unnamed data."""
        sets = {}
        for path, entry in self.entries.items():
            key = (entry.link, entry.streams.get("")) if entry.link and not entry.directory else path
            sets.setdefault(key, set()).add(path)
        return sets.values()


def ntfs_ea(packed):
    """The extended attributes of a WIM, without padding there, as NTFS has them in $EA."""
    found = b""
    at = 0
    while at + 4 <= len(packed):
        value_length, name_length, flags = struct.unpack_from("<HBB", packed, at)
        end = at + 4 + name_length + 1 + value_length
        body = packed[at + 4:end]
        size = (8 + len(body) + 3) & ~3
        found += struct.pack("<IBBH", size, flags, name_length, value_length) + body
        found += bytes(-len(found) % 4)
        at = end
    return found


def read(wim, image, scratch):
    """The image as its metadata tells it; scratch is a file to write where the metadata is compressed."""
    try:
        return Image(wim, image)
    except Compressed:
        plain_copy(wim, image, scratch)
        return Image(scratch)
