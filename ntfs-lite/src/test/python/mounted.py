#!/usr/bin/env python3
"""Prints what ntfs-3g reads from a volume, a line for each fact, as VolumeFacts prints what we read.

usage: mounted.py IMAGE OFFSET
"""
import ctypes, errno, hashlib, json, os, stat, subprocess, sys, tempfile


SECURE = 9  # has no unnamed stream, but is opened as if it had
LIBC = ctypes.CDLL(None, use_errno=True)


def sparse_copy(source, offset, target):
    """The volume alone in a file: ntfs-3g knows no offset, and not everyone has loop devices."""
    size = os.path.getsize(source)
    with open(source, 'rb') as f, open(target, 'wb') as out:
        out.truncate(size - offset)
        at = offset
        while at < size:
            try:
                at = os.lseek(f.fileno(), at, os.SEEK_DATA)
            except OSError as e:
                if e.errno == errno.ENXIO:
                    break
                raise
            end = min(os.lseek(f.fileno(), at, os.SEEK_HOLE), size)
            while at < end:
                data = os.pread(f.fileno(), min(1 << 20, end - at), at)
                if data.count(0) != len(data):
                    os.pwrite(out.fileno(), data, at - offset)
                at += len(data)


def attribute(path, name):
    """A value of ntfs-3g's own, or None.

    It is asked for with its very length: os.getxattr begins with 128 bytes, and where these do not
    suffice ntfs-3g answers with more than was asked for, which Linux makes an I/O error.
    """
    value = None
    length = 0
    for _ in range(2):
        length = LIBC.lgetxattr(path, name.encode(), value, length)
        if length < 0:
            number = ctypes.get_errno()
            if number in (errno.ENODATA, errno.EMLINK):
                return None
            raise OSError(number, os.strerror(number), path, None, name)
        if value is None:
            value = ctypes.create_string_buffer(length)
    return value.raw[:length]


def text(name):
    """Units as they are: ntfs-3g passes lone surrogates in three bytes."""
    return json.dumps(name.decode('utf-8', 'surrogatepass'))


def main(image, offset):
    with tempfile.TemporaryDirectory() as folder:
        volume = os.path.join(folder, 'volume')
        sparse_copy(image, offset, volume)
        mount = os.path.join(folder, 'mount')
        os.mkdir(mount)
        subprocess.run(
            ['ntfs-3g', '-o', 'ro,streams_interface=xattr,show_sys_files', volume, mount],
            check=True)
        try:
            walk(volume, os.fsencode(mount))
        finally:
            subprocess.run(['fusermount', '-u', mount], check=True)


def content(path, fact):
    hashed = hashlib.sha1()
    size = 0
    try:
        with open(path, 'rb') as f:
            while data := f.read(1 << 20):
                hashed.update(data)
                size += len(data)
    except FileNotFoundError:
        return  # a file of NTFS's own, which has indexes only
    fact('stream ""', '%d %s' % (size, hashed.hexdigest()))


def extracted(volume, inode, stream):
    """The bytes of a stream, or None where ntfs-3g takes it for a compressed one that is damaged."""
    command = ['ntfscat', '-f', '-i', str(inode)] + (['-n', stream] if stream else []) + [volume]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if b'has no compression unit' in result.stderr:
        return None
    result.check_returncode()
    return result.stdout


def walk(volume, mount):
    todo = [b'']
    while todo:
        folder = todo.pop()
        for name in os.listdir(mount + b'/' + folder):
            path = folder + b'/' + name if folder else name
            full = mount + b'/' + path
            info = os.lstat(full)
            inode = info.st_ino
            reparse = attribute(full, 'system.ntfs_reparse_data')
            kind = int.from_bytes(attribute(full, 'system.ntfs_attrib'), 'little')

            def fact(what, value):
                print(text(path), what, value)

            def digest(what, value):
                fact(what, '%d %s' % (len(value), hashlib.sha1(value).hexdigest()))

            fact('record', inode)
            # It drops the mark of view indexes here and there, and adds "normal" where nothing is.
            fact('attributes', '%08x' % (kind & ~0x20000080))
            times = attribute(full, 'system.ntfs_times')
            fact('times', ' '.join(times[i:i + 8].hex() for i in range(0, 32, 8)))
            for what, name in (('descriptor', 'acl'), ('ea', 'ea')):
                value = attribute(full, 'system.ntfs_' + name)
                if value is not None:
                    digest(what, value)
            # What follows the 16 bytes it takes from the index of ids.
            identity = attribute(full, 'system.ntfs_object_id')
            if identity is not None:
                fact('id', identity[:16].hex())
            if reparse is not None:
                digest('reparse', reparse)
            short = attribute(full, 'system.ntfs_dos_name')
            if short is not None:
                fact('short', text(short))
            if not kind & 0x10 and reparse is None and inode != SECURE:
                # Made by Interix: a file of the system that begins so, or is empty, is a link or pipe.
                if not stat.S_ISREG(info.st_mode):
                    digest('stream ""', extracted(volume, inode, b''))
                else:
                    content(full, fact)
            for stream in os.listxattr(full, follow_symlinks=False):
                if not stream.startswith('user.'):
                    continue
                label = os.fsencode(stream[5:])
                try:
                    value = os.getxattr(full, stream, follow_symlinks=False)
                except OSError:
                    # Longer than an extended attribute may be on Linux.
                    value = extracted(volume, inode, label)
                if value is None:
                    fact('stream ' + text(label), 'refused')
                else:
                    digest('stream ' + text(label), value)
            if kind & 0x10 and reparse is None:
                todo.append(path)


if __name__ == '__main__':
    main(sys.argv[1], int(sys.argv[2]))
