"""Compares what ntfs-3g reads from a volume with another volume, and with the metadata of a WIM.

Every exception has a name here and a line in README.md; Result counts how often each was met.
"""

import hashlib
import struct

import ntfs3g
import wimmeta
from ntfs3g import POSIX, SEPARATOR, WIN32, WIN32_AND_DOS, shown
from wimmeta import COMPRESSED, ENCRYPTED, NO_HASH, NORMAL, REPARSE, SPARSE

STORED_PLAINLY = "stored-plainly"
KEPT_AS_CAPTURED = "kept-as-captured"
NO_DESCRIPTOR = "no-descriptor"
EIGHT_DOT_THREE = "eight-dot-three"
EXTENDED_ATTRIBUTES = "extended-attributes"
OBJECT_ID = "object-id"
OBJECT_ID_TWICE = "object-id-twice"
LINKS_DISAGREE = "links-disagree"
NOT_APPLIED = "not-applied"
ENCRYPTED_DATA = "encrypted-data"
NAMES_DROPPED = "names-dropped"

EMPTY_SHA1 = hashlib.sha1().digest()


class Result:
    """What was found: differences, and exceptions with the first path of each."""

    def __init__(self):
        self.differences = []
        self.exceptions = {}

    def differs(self, path, aspect, other, is_, should):
        self.differences.append((path, aspect, "%s: %s is %s, %s %s" % (shown(path), aspect, is_, other, should)))

    def excepted(self, name, path):
        count, first = self.exceptions.get(name, (0, path))
        self.exceptions[name] = (count + 1, first)

    def print(self, most):
        for name, (count, first) in sorted(self.exceptions.items()):
            print("excepted: %s, %d times, first at %s" % (name, count, shown(first)))
        for _, _, text in self.differences[:most]:
            print("DIFFERENT " + text)
        if len(self.differences) > most:
            print("and %d more" % (len(self.differences) - most))
        print("%d differences" % len(self.differences) if self.differences else "no difference")


def streams(paths):
    """Number of all streams on the volume, and of the bytes in them."""
    nodes = {id(node): node for node in paths.values()}.values()
    found = [stream for node in nodes for stream in node.streams.values()]
    return len(found), sum(stream.size for stream in found)


def _parent(path):
    return path.rpartition(SEPARATOR)[0]


def _slash(path):
    """Whether a name on the path has a slash in it, which no NTFS driver lets through."""
    return "/" in path


def _short_name(paths, path):
    """The DOS name that belongs to this name of the file, and whether the name is its own DOS name."""
    node = paths[path]
    if not path:
        return "", False
    parent = paths[_parent(path)].record
    name = path.rpartition(SEPARATOR)[2]
    spaces = [space for record, space, text in node.names if record == parent and text == name]
    if WIN32_AND_DOS in spaces:
        return name, True
    if WIN32 in spaces:
        short = [text for record, space, text in node.names if record == parent and space == ntfs3g.DOS]
        return (short[0] if short else ""), False
    return "", False


def _groups(paths):
    sets = {}
    for path, node in paths.items():
        sets.setdefault(id(node), set()).add(path)
    return {path: frozenset(group) for group in sets.values() for path in group}


def _few(value):
    if isinstance(value, bytes):
        return "%d bytes %s" % (len(value), value.hex() if len(value) <= 24 else hashlib.sha1(value).hexdigest()[:12])
    if isinstance(value, (set, frozenset)):
        return "{%s}" % ", ".join(shown(path) for path in sorted(value))
    if isinstance(value, int):
        return "%#x" % value
    return ascii(value)


def with_wimlib(result, ours, theirs, image, without):
    """Every path and aspect of our volume against the volume that wimlib filled."""
    our_groups, their_groups = _groups(ours), _groups(theirs)
    for path in sorted(ours.keys() | theirs.keys()):
        if any(path == name or path.startswith(name + SEPARATOR) for name in without):
            result.excepted(NOT_APPLIED, path)
            continue
        if path not in ours and _slash(path):
            result.excepted(NAMES_DROPPED, path)
            continue
        if path not in ours or path not in theirs:
            there, absent = ("there", "has it not") if path in ours else ("missing", "has it")
            result.differs(path, "name", "wimlib", there, absent)
            continue
        our, their, entry = ours[path], theirs[path], image.entries.get(path)

        def check(aspect, is_, should):
            if is_ != should:
                result.differs(path, aspect, "wimlib", _few(is_), _few(should))

        for aspect, fault in our.faults:
            result.differs(path, aspect, "ntfs-3g says", "wrong", fault)
        check("directory", our.directory, their.directory)
        captured = 0 if entry is None else entry.attributes
        _attributes(result, path, our, their.attributes, "wimlib", captured)
        for index, aspect in ((0, "created"), (1, "written"), (3, "accessed")):
            check(aspect, our.times[index], their.times[index])
        if entry is not None and entry.descriptor is None:
            _default_descriptor(result, path, our)
        else:
            check("security descriptor", our.descriptor, their.descriptor)
        (our_short, _), (their_short, _) = _short_name(ours, path), _short_name(theirs, path)
        if our_short != their_short:
            own_name = path.rpartition(SEPARATOR)[2]
            choice = {image.entries[name].short_name for name in our_groups[path] if name in image.entries} - {""}
            if {our_short, their_short} == {"", own_name}:
                result.excepted(EIGHT_DOT_THREE, path)
            elif len(choice) > 1 and {our_short, their_short} <= choice | {""}:
                result.excepted(LINKS_DISAGREE, path)
            else:
                check("short name", our_short, their_short)
        for name in sorted(our.streams.keys() | their.streams.keys()):
            if our.streams.get(name) is None or our.streams.get(name) != their.streams.get(name):
                check("stream '%s'" % ascii(name)[1:-1], our.streams.get(name), their.streams.get(name))
        check("reparse data", our.reparse, their.reparse)
        check("names of the file", our_groups[path], their_groups[path])
        if our.ea != their.ea:
            result.excepted(EXTENDED_ATTRIBUTES, path)
        if our.object_id != their.object_id:
            result.excepted(OBJECT_ID, path)


def _attributes(result, path, our, should, other, captured=0):
    # NORMAL means that no attribute is set; on disk that is 0
    is_, should = our.attributes & ~NORMAL, should & ~NORMAL
    if is_ == should:
        return
    plain = not our.directory and our.streams.get("") is not None and not our.streams[""].flags
    dropped = is_ ^ should
    if plain and not dropped & ~(SPARSE | COMPRESSED) and not is_ & dropped:
        result.excepted(STORED_PLAINLY, path)
    elif not dropped & ~(SPARSE | COMPRESSED) and is_ & captured & dropped == dropped:
        result.excepted(KEPT_AS_CAPTURED, path)
    else:
        result.differs(path, "attributes", other, _few(is_), _few(should))


def _default_descriptor(result, path, our):
    descriptor = our.descriptor
    if descriptor and len(descriptor) >= 20 and descriptor[0] == 1 and descriptor[3] & 0x80:
        result.excepted(NO_DESCRIPTOR, path)
    else:
        result.differs(path, "security descriptor", "the WIM", "not one", "has none, so a default is due")


def with_metadata(result, ours, image):
    """Every path and aspect of our volume against the metadata of the WIM."""
    for path in image.dropped:
        result.excepted(NAMES_DROPPED, path)
    for path in sorted(ours.keys() - image.entries.keys()):
        result.differs(path, "name", "the WIM", "there", "has it not")
    our_groups = _groups(ours)
    identifiers = {}
    for group in image.groups():
        present = sorted(path for path in group if path in ours)
        for path in sorted(group - set(present)):
            if not _slash(path):
                result.differs(path, "name", "the WIM", "missing", "has it")
        if not present:
            continue
        group = {path for path in group if path in ours or not _slash(path)}
        if our_groups[present[0]] != group:
            result.differs(present[0], "names of the file", "the WIM has", _few(our_groups[present[0]]), _few(group))
        entries = [image.entries[path] for path in sorted(group)]
        for path in present:
            _names(result, ours, path, image.entries[path], entries)
        _file(result, present[0], ours[present[0]], entries, identifiers)
    _identifiers(result, ours, identifiers)


def _names(result, ours, path, entry, entries):
    is_, own = _short_name(ours, path)
    if is_ == entry.short_name:
        return
    if not entry.short_name and own:
        result.excepted(EIGHT_DOT_THREE, path)
    elif not is_ and len([other for other in entries if other.short_name]) > 1:
        result.excepted(LINKS_DISAGREE, path)  # a file has one short name
    else:
        result.differs(path, "short name", "the WIM has", _few(is_), _few(entry.short_name))


def _file(result, path, our, entries, identifiers):
    """Aspects that belong to the file: one of its names in the WIM must agree."""
    findings = []
    for entry in entries:
        found = Result()
        _compare_entry(found, path, our, entry)
        findings.append(found)
    best = min(findings, key=lambda found: len(found.differences))
    if findings[0].differences and not best.differences:
        result.excepted(LINKS_DISAGREE, path)
    result.differences += best.differences
    for name, (_, first) in best.exceptions.items():
        result.excepted(name, first)
    for entry in entries:
        if entry.object_id:
            identifiers.setdefault(entry.object_id[:16], []).append((path, entry.object_id))


def _compare_entry(found, path, our, entry):
    def check(aspect, is_, should):
        if is_ != should:
            found.differs(path, aspect, "the WIM has", _few(is_), _few(should))

    check("directory", our.directory, entry.directory)
    if entry.attributes & ENCRYPTED:
        found.excepted(ENCRYPTED_DATA, path)  # held against wimlib's volume only
    else:
        _attributes(found, path, our, entry.attributes & ~wimmeta.DIRECTORY, "the WIM has")
        _streams(found, path, our, entry)
    for index, aspect, should in zip((0, 1, 3), ("created", "written", "accessed"), entry.times):
        check(aspect, our.times[index], should)
    if entry.descriptor is not None:
        check("security descriptor", our.descriptor, entry.descriptor)
    _reparse(check, our, entry)
    check("extended attributes", our.ea, wimmeta.ntfs_ea(entry.ea) if entry.ea else None)


def _streams(found, path, our, entry):
    for name in sorted(our.streams.keys() | entry.streams.keys()):
        is_, should = our.streams.get(name), entry.streams.get(name)
        if should == NO_HASH:
            should = EMPTY_SHA1
        if is_ is None or should is None or is_.sha1 != should:
            found.differs(path, "stream '%s'" % ascii(name)[1:-1], "the WIM has", is_, should and should.hex()[:12])


def _reparse(check, our, entry):
    if entry.reparse_tag is None or our.reparse is None:
        check("reparse data", our.reparse, entry.reparse_tag)
        return
    tag, length, reserved = struct.unpack_from("<IHH", our.reparse)
    data = our.reparse[8:]
    check("reparse tag", tag, entry.reparse_tag)
    check("reparse data's length", length, len(data) if tag & 0x80000000 else len(data) - 16)
    check("reparse point's reserved word", reserved, entry.reparse_reserved)
    check("reparse data", hashlib.sha1(data).digest() if data else NO_HASH, entry.reparse_hash)


def _identifiers(result, ours, identifiers):
    """Object ids are unique on a volume: of several files with the same one, one has it.

    The birth ids behind the id itself are zeros where a program knows none, or left out.
    """
    for identifier, claims in identifiers.items():
        having = {path for path, _ in claims if (ours[path].object_id or b"")[:16] == identifier}
        for path, value in claims:
            if path in having:
                is_, should = ours[path].object_id.ljust(64, b"\0"), value.ljust(64, b"\0")
                if is_ != should:
                    result.differs(path, "object id", "the WIM has", _few(is_), _few(should))
            elif having:
                result.excepted(OBJECT_ID_TWICE, path)
            else:
                result.differs(path, "object id", "the WIM has", _few(ours[path].object_id), _few(value))
    for path, node in ours.items():
        if node.object_id and node.object_id[:16] not in identifiers:
            result.differs(path, "object id", "the WIM has", _few(node.object_id), None)
