"""Reads a whole NTFS volume through libntfs-3g, the library of ntfs-3g, and says what is on it.

The library rather than a mount, since the kernel's view loses what must be compared: an empty file
with the SYSTEM attribute is shown as a pipe, a reparse point as a symbolic link whose streams cannot
be read, a stream above 64 KiB does not fit in an extended attribute, a name with a slash makes its
whole directory unreadable.

Only the library's own calls decide what is found: directories are read by ntfs_readdir, attributes by
ntfs_attr_lookup, content by ntfs_attr_pread.
"""

import ctypes
import hashlib
import os
import struct
from ctypes import CFUNCTYPE, POINTER, byref, c_char_p, c_int, c_int64, c_size_t, c_uint32, c_uint64, c_void_p

LIBRARY = "libntfs-3g.so.89"  # Debian 12 and 13; the number changes with the layout of its structures

READ_ONLY = 1
FIRST_USER_RECORD = 24
ROOT_RECORD = 5
RECORD_MASK = (1 << 48) - 1

STANDARD_INFORMATION = 0x10
FILE_NAME = 0x30
OBJECT_ID = 0x40
DATA = 0x80
REPARSE_POINT = 0xC0
EA = 0xE0

POSIX, WIN32, DOS, WIN32_AND_DOS = range(4)

SEPARATOR = "\0"  # the one unit that no NTFS name may hold; "/" may occur


class Stream:
    """One $DATA attribute: its length, the SHA-1 of what is read from it, the flags of its header."""

    __slots__ = ("size", "sha1", "flags")

    def __init__(self, size, sha1, flags):
        self.size, self.sha1, self.flags = size, sha1, flags

    __hash__ = None

    def __eq__(self, other):
        return isinstance(other, Stream) and (self.size, self.sha1) == (other.size, other.sha1)

    def __repr__(self):
        return "%d bytes, SHA-1 %s" % (self.size, self.sha1.hex()[:12])


class Node:
    """One file record: everything that belongs to the file, whatever it is called."""

    __slots__ = ("record", "directory", "attributes", "times", "descriptor", "streams", "reparse", "object_id", "ea",
                 "names", "faults")

    def __init__(self, record):
        self.record = record
        self.directory = False
        self.attributes = 0
        self.times = None  # created, written, changed, accessed
        self.descriptor = None
        self.streams = {}
        self.reparse = None
        self.object_id = None
        self.ea = None
        self.names = []  # (record of the parent, name space, name)
        self.faults = []  # (aspect, what libntfs-3g says against it)


def shown(path):
    """The path as it is printed: slashes between names, odd units escaped."""
    return "/" + "/".join(ascii(part)[1:-1].replace("/", "\\x2f") for part in path.split(SEPARATOR) if part)


def wide(text):
    units = text.encode("utf-16-le", "surrogatepass")
    return ctypes.create_string_buffer(units + b"\0\0"), len(units) // 2


_FILLDIR = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int, c_int64, c_uint64, ctypes.c_uint)


def _library():
    lib = ctypes.CDLL(LIBRARY, use_errno=True)

    def call(name, result, *arguments):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments

    call("ntfs_mount", c_void_p, c_char_p, ctypes.c_ulong)
    call("ntfs_umount", c_int, c_void_p, c_int)
    call("ntfs_open_secure", c_int, c_void_p)
    call("ntfs_inode_open", c_void_p, c_void_p, c_uint64)
    call("ntfs_inode_close", c_int, c_void_p)
    call("ntfs_readdir", c_int, c_void_p, POINTER(c_int64), c_void_p, _FILLDIR)
    call("ntfs_attr_get_search_ctx", c_void_p, c_void_p, c_void_p)
    call("ntfs_attr_put_search_ctx", None, c_void_p)
    call("ntfs_attr_lookup", c_int, c_uint32, c_void_p, c_uint32, c_int, c_int64, c_void_p, c_uint32, c_void_p)
    call("ntfs_attr_open", c_void_p, c_void_p, c_uint32, c_void_p, c_uint32)
    call("ntfs_attr_close", None, c_void_p)
    call("ntfs_attr_pread", c_int64, c_void_p, c_int64, c_int64, c_void_p)
    call("ntfs_get_ntfs_object_id", c_int, c_void_p, c_void_p, c_size_t)
    call("ntfs_get_ntfs_acl", c_int, c_void_p, c_void_p, c_void_p, c_size_t)
    return lib


class Volume:
    """A volume opened read-only by libntfs-3g."""

    def __init__(self, path):
        self.lib = _library()
        self.unnamed = ctypes.addressof((ctypes.c_uint16 * 1).in_dll(self.lib, "AT_UNNAMED"))
        self.volume = self.lib.ntfs_mount(os.fsencode(path), READ_ONLY)
        if not self.volume:
            self._fail("ntfs_mount of %s" % path)
        if self.lib.ntfs_open_secure(self.volume):
            self._fail("ntfs_open_secure of %s" % path)
        # struct SECURITY_CONTEXT begins with the volume; the rest may be zero when nothing is mapped
        self.security = (c_void_p * 64)(self.volume)
        self.buffer = ctypes.create_string_buffer(1 << 20)
        self.descriptors = {}

    def close(self):
        self.lib.ntfs_umount(self.volume, 0)

    def _fail(self, what):
        code = ctypes.get_errno()
        raise OSError(code, "%s: %s" % (what, os.strerror(code)))

    def scan(self):
        """Every path of the volume (without its system files) with its Node; one Node has one record."""
        nodes = {ROOT_RECORD: self._node(ROOT_RECORD, "")}
        paths = {"": nodes[ROOT_RECORD]}
        waiting = [("", ROOT_RECORD)]
        while waiting:
            parent, record = waiting.pop()
            for name, reference in self._list(record, parent):
                path = parent + SEPARATOR + name
                number = reference & RECORD_MASK
                if number not in nodes:
                    nodes[number] = self._node(reference, path)
                    if nodes[number].directory:
                        waiting.append((path, reference))
                elif nodes[number].directory:
                    raise OSError(0, "%s is a second name of a directory" % shown(path))
                if path in paths:
                    raise OSError(0, "%s is there twice" % shown(path))
                paths[path] = nodes[number]
        return paths

    def _list(self, reference, path):
        entries = []

        def take(_dirent, name, length, space, _position, target, _kind):
            if space == DOS:
                return 0
            number = target & RECORD_MASK
            if path == "" and number < FIRST_USER_RECORD:
                return 0
            text = ctypes.string_at(name, 2 * length).decode("utf-16-le", "surrogatepass")
            if text not in (".", "..") or number not in (reference & RECORD_MASK, self._parent):
                entries.append((text, target))
            return 0

        inode = self._open(reference, path)
        try:
            self._parent = self._parent_of(inode, path)
            position = c_int64(0)
            if self.lib.ntfs_readdir(inode, byref(position), None, _FILLDIR(take)):
                self._fail("ntfs_readdir of %s" % shown(path))
        finally:
            self.lib.ntfs_inode_close(inode)
        return entries

    def _parent_of(self, inode, path):
        for kind, record in self._attributes(inode, path):
            if kind == FILE_NAME:
                return struct.unpack_from("<Q", _value(record))[0] & RECORD_MASK
        return ROOT_RECORD

    def _open(self, reference, path):
        inode = self.lib.ntfs_inode_open(self.volume, reference)
        if not inode:
            self._fail("ntfs_inode_open of %s" % shown(path))
        return inode

    def _attributes(self, inode, path):
        """Every attribute record of the file, extension records included, as (type, bytes)."""
        context = self.lib.ntfs_attr_get_search_ctx(inode, None)
        if not context:
            self._fail("search in %s" % shown(path))
        found = []
        try:
            ctypes.set_errno(0)
            while not self.lib.ntfs_attr_lookup(0, None, 0, 0, 0, None, 0, context):
                # struct ntfs_attr_search_ctx: the file record, then the attribute
                at = c_void_p.from_address(context + ctypes.sizeof(c_void_p)).value
                kind, length = struct.unpack("<II", ctypes.string_at(at, 8))
                found.append((kind, ctypes.string_at(at, length)))
            if ctypes.get_errno() != 2:  # ENOENT is the end
                self._fail("attributes of %s" % shown(path))
        finally:
            self.lib.ntfs_attr_put_search_ctx(context)
        return found

    def _node(self, reference, path):
        node = Node(reference & RECORD_MASK)
        inode = self._open(reference, path)
        try:
            security_id = 0
            for kind, record in self._attributes(inode, path):
                if record[8] and struct.unpack_from("<Q", record, 0x10)[0]:
                    continue  # a later piece of an attribute that was seen
                if kind == STANDARD_INFORMATION:
                    value = _value(record)
                    node.times = struct.unpack_from("<4Q", value)
                    node.attributes = struct.unpack_from("<I", value, 32)[0]
                    if len(value) >= 72:
                        security_id = struct.unpack_from("<I", value, 52)[0]
                elif kind == FILE_NAME:
                    value = _value(record)
                    name = value[66:66 + 2 * value[64]].decode("utf-16-le", "surrogatepass")
                    node.names.append((struct.unpack_from("<Q", value)[0] & RECORD_MASK, value[65], name))
                elif kind == 0x90 and _name(record) == "$I30":
                    node.directory = True
                elif kind == DATA:
                    flags = struct.unpack_from("<H", record, 12)[0]
                    size, digest = self._content(inode, DATA, _name(record), hashlib.sha1(), path)
                    node.streams[_name(record)] = Stream(size, digest.digest(), flags)
                elif kind == OBJECT_ID:
                    node.object_id = self._object_id(inode, node)
                elif kind == REPARSE_POINT:
                    node.reparse = self._content(inode, kind, "", _Bytes(), path)[1].bytes
                elif kind == EA:
                    node.ea = self._content(inode, kind, "", _Bytes(), path)[1].bytes
            node.descriptor = self._descriptor(inode, security_id, path)
        finally:
            self.lib.ntfs_inode_close(inode)
        return node

    def _descriptor(self, inode, security_id, path):
        if security_id and security_id in self.descriptors:
            return self.descriptors[security_id]
        length = self.lib.ntfs_get_ntfs_acl(self.security, inode, self.buffer, len(self.buffer))
        if length < 0:
            self._fail("security descriptor of %s" % shown(path))
        descriptor = self.buffer.raw[:length] if length else None
        if security_id:
            self.descriptors[security_id] = descriptor
        return descriptor

    def _object_id(self, inode, node):
        """The object id, with the birth ids that lie in the index of $ObjId."""
        length = self.lib.ntfs_get_ntfs_object_id(inode, self.buffer, 64)
        if length < 0:
            node.faults.append(("object id", os.strerror(-length)))
            return None
        return self.buffer.raw[:length]

    def _content(self, inode, kind, name, sink, path):
        units, length = wide(name)
        start = ctypes.addressof(units) if name else self.unnamed
        attribute = self.lib.ntfs_attr_open(inode, kind, start, length)
        if not attribute:
            self._fail("stream '%s' of %s" % (ascii(name), shown(path)))
        try:
            position = 0
            view = memoryview(self.buffer)
            while True:
                got = self.lib.ntfs_attr_pread(attribute, position, len(self.buffer), self.buffer)
                if got < 0:
                    self._fail("reading stream '%s' of %s at %d" % (ascii(name), shown(path), position))
                if not got:
                    return position, sink
                sink.update(view[:got])
                position += got
        finally:
            self.lib.ntfs_attr_close(attribute)


class _Bytes:
    """Collects what a hash would digest."""

    def __init__(self):
        self.bytes = b""

    def update(self, piece):
        self.bytes += bytes(piece)


def _value(record):
    length, offset = struct.unpack_from("<IH", record, 0x10)
    return record[offset:offset + length]


def _name(record):
    length, offset = record[9], struct.unpack_from("<H", record, 10)[0]
    return record[offset:offset + 2 * length].decode("utf-16-le", "surrogatepass")


def scan(path):
    """Reads the volume in that file or device: a dictionary from path to Node."""
    volume = Volume(path)
    try:
        return volume.scan()
    finally:
        volume.close()
