"""Takes volumes out of sticks and VHDs by programs that share no code with vhdboot.

losetup and sfdisk find partitions, ntfs-3g mounts the stick's volume, qemu-img turns the VHD into a raw disk,
vhdimount (libvhdi) shows the same disk a second time.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time

MIB = 1 << 20


class Failure(Exception):
    """Something another program refused, or a file that is not what it should be."""


def run(*command, merge=True):
    """Runs a program and gives its output, with its error stream or without; a Failure says both."""
    line = [str(word) for word in command]
    errors = subprocess.STDOUT if merge else subprocess.PIPE
    done = subprocess.run(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
    text = done.stdout.decode(errors="replace").replace("\r", "\n")
    if done.returncode:
        said = (text + (done.stderr or b"").decode(errors="replace")).strip()
        raise Failure("%s ended with %d: %s" % (" ".join(line), done.returncode, said[-2000:]))
    return text


def kind(path):
    """What the file is: "vhd", "volume" or "disk"."""
    with open(path, "rb") as file:
        first = file.read(512)
        if first[3:11] == b"NTFS    ":
            return "volume"
        if first[:8] == b"conectix":
            return "vhd"
        file.seek(-512, os.SEEK_END)
        if file.read(8) == b"conectix":
            return "vhd"
        if first[510:512] == b"\x55\xaa":
            return "disk"
    raise Failure("%s is no stick image, no VHD and no NTFS volume" % path)


def ntfs_partition(disk):
    """Start and length in bytes of the first active partition of the disk."""
    table = json.loads(run("sfdisk", "--json", disk))["partitiontable"]
    for partition in table.get("partitions", []):
        if partition.get("bootable"):
            size = table.get("sectorsize", 512)
            return partition["start"] * size, partition["size"] * size
    raise Failure("%s has no active partition" % disk)


def efi_partition(disk):
    """Start and length in bytes of the EFI system partition of an MBR disk, or None."""
    table = json.loads(run("sfdisk", "--json", disk))["partitiontable"]
    for partition in table.get("partitions", []):
        if partition.get("type") == "ef":
            size = table.get("sectorsize", 512)
            return partition["start"] * size, partition["size"] * size
    return None


def copy_range(source, start, length, target):
    """Copies a part of a file."""
    with open(source, "rb") as file, open(target, "wb") as out:
        file.seek(start)
        while length > 0:
            piece = file.read(min(length, MIB))
            out.write(piece)
            length -= len(piece)


class Layers(contextlib.ExitStack):
    """Loop devices, mounts and scratch files that go away when it is closed, the last first."""

    def __init__(self, keep=None):
        super().__init__()
        self.scratch = keep
        if keep is None:
            folder = tempfile.TemporaryDirectory(prefix="vhdboot-interop.", dir=os.environ.get("TMPDIR", "/var/tmp"))
            self.scratch = self.enter_context(folder)
        else:
            os.makedirs(keep, exist_ok=True)

    def folder(self, name):
        path = os.path.join(self.scratch, name)
        os.makedirs(path, exist_ok=True)
        return path

    def file(self, name, size=None):
        path = os.path.join(self.scratch, name)
        if size is not None:
            if os.path.exists(path):
                os.unlink(path)
            with open(path, "wb") as file:
                file.truncate(size)
        return path

    def loop(self, path, offset=0, length=None, write=False):
        """A block device over a part of the file."""
        command = ["losetup", "--show", "--find", "--offset", offset]
        if length is not None:
            command += ["--sizelimit", length]
        if not write:
            command += ["--read-only"]
        device = run(*command, path).strip()
        self.callback(run, "losetup", "--detach", device)
        return device

    def mount(self, device, name, *options):
        """The volume mounted by ntfs-3g; read-only unless the options say otherwise."""
        folder = self.folder(name)
        run("ntfs-3g", "-o", ",".join(options or ("ro", "norecover")), device, folder)
        self.callback(unmount, folder)
        return folder

    def vhdimount(self, vhd, name):
        """The disk inside the VHD as libvhdi shows it, as a file."""
        folder = self.folder(name)
        run("vhdimount", vhd, folder)
        self.callback(unmount, folder)
        return os.path.join(folder, "vhdi1")


def unmount(folder):
    for _ in range(50):
        done = subprocess.run(["umount", folder], stderr=subprocess.DEVNULL)
        if done.returncode == 0:
            return
        time.sleep(0.1)
    print("cannot unmount %s" % folder, file=sys.stderr)


def vhd_of_stick(layers, stick, name=None):
    """The VHD on the stick's volume, as a path under an ntfs-3g mount."""
    start, length = ntfs_partition(stick)
    folder = layers.mount(layers.loop(stick, start, length), "stick")
    found = [name] if name else sorted(entry for entry in os.listdir(folder) if entry.lower().endswith(".vhd"))
    if not found:
        raise Failure("%s: no VHD in the root of the stick's volume" % stick)
    return os.path.join(folder, found[0])


def raw_of_vhd(layers, vhd):
    """The disk inside the VHD as a sparse file, by qemu-img."""
    raw = layers.file("disk.raw")
    run("qemu-img", "convert", "-W", "-m", "16", "-f", "vpc", "-O", "raw", vhd, raw)
    return raw


def data_ranges(vhd):
    """The ranges of the disk for which the VHD has blocks, as qemu-img sees them."""
    extents = json.loads(run("qemu-img", "map", "--output=json", "-f", "vpc", vhd))
    return [(extent["start"], extent["length"]) for extent in extents if extent["data"]]


def first_difference(raw, shown, ranges, end):
    """The first byte below end in which a disk as qemu-img converted it and as libvhdi shows it differ, or None.

    Ranges with data are compared byte by byte. Elsewhere both give zeros; libvhdi is slow to say so, and
    is asked for the first 4 KiB of every 256 KiB.
    """
    piece, probe, step = 4 * MIB, 4096, 256 * 1024
    pairs = []
    at = 0
    for start, length in ranges + [(end, 0)]:
        pairs += [(place, min(probe, start - place)) for place in range(at, min(start, end), step)]
        stop = min(start + length, end)
        pairs += [(place, min(piece, stop - place)) for place in range(start, stop, piece)]
        at = stop
    left, right = bytearray(piece), bytearray(piece)
    with open(raw, "rb", buffering=0) as a, open(shown, "rb", buffering=0) as b:
        os.posix_fadvise(b.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
        for place, count in pairs:
            one, other = _filled(a, left, place, count), _filled(b, right, place, count)
            if one != other:
                return place + next(i for i in range(count + 1) if one[i:i + 1] != other[i:i + 1])
    return None


def _filled(file, buffer, place, count):
    view = memoryview(buffer)[:count]
    done = 0
    while done < count:
        got = os.preadv(file.fileno(), [view[done:]], place + done)
        if not got:
            break
        done += got
    return view[:done]
