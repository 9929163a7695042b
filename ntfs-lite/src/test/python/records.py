#!/usr/bin/env python3
"""Prints what ntfscheck.py reads from the records of a volume, NTFS's own files included, a line for
each fact, as VolumeFacts prints what we read.

usage: records.py FOLDER-OF-NTFSCHECK IMAGE OFFSET
"""
import hashlib, json, sys


def main(tools, image, offset):
    sys.dont_write_bytecode = True
    sys.path.insert(0, tools)
    import ntfscheck
    volume = ntfscheck.Checker(image, offset)
    volume.run()
    descriptors = volume.data(9, '$SDS')

    def digest(value):
        return '%d %s' % (len(value), hashlib.sha1(value).hexdigest())

    for number, attributes in volume.file.items():
        def fact(*what):
            print(number, *what)

        info = attributes[0x10, ''][0].value
        fact('times', *(info[at:at + 8].hex() for at in (0, 8, 24, 16)))
        fact('stored attributes %08x' % ntfscheck.u32(info, 32))
        names = [volume.fname(a.value) for a in attributes.get((0x30, ''), [])]
        for name in names:
            if name['ns'] != 2:
                fact('name', name['parent'] & (1 << 48) - 1, json.dumps(name['name']))
        security = ntfscheck.u32(info, 0x34) if len(info) > 48 else 0
        if security:
            position, length = volume.sds[security][1:]
            fact('descriptor', digest(descriptors[position + 20:position + length]))
        elif (0x50, '') in attributes:
            fact('descriptor', digest(volume.data(number, '', 0x50)))
        for type, what in ((0x40, 'id'), (0xC0, 'reparse'), (0xE0, 'ea')):
            if (type, '') in attributes:
                fact(what, digest(volume.data(number, '', type)))
        for (type, name), extents in attributes.items():
            if type != 0x80:
                continue
            label = 'stream ' + json.dumps(name)
            first = extents[0]
            fact(label, 'valid', min(first.init, first.size), 'of', first.size)
            if first.nonres:
                runs = []
                for run in (r for x in extents for r in x.runs):
                    last = runs[-1] if runs else None
                    if last and (run[2] == last[2] == -1 or -1 != last[2] == run[2] - last[1]):
                        runs[-1] = (last[0], last[1] + run[1], last[2])
                    else:
                        runs.append(run)
                fact(label, 'runs', *('%d+%d@%d' % run for run in runs))
            overlay = not name and volume.data(number, '', 0xC0) or b''
            if overlay[:4] == bytes.fromhex('17000080'):
                continue  # the bytes lie compressed in another stream
            if not first.flags & 0x40FF and first.size < 1 << 26:
                fact(label, 'holds', digest(volume.data(number, name)))


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
