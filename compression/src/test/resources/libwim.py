#!/usr/bin/env python3
"""Lets libwim encode or decode chunks, as a judge of our codecs.

usage: libwim.py compress TYPE CHUNKSIZE IN OUT
       libwim.py decompress TYPE CHUNKSIZE IN OUT

TYPE: 1 XPRESS, 2 LZX, 3 LZMS. IN holds records: u32 decoded length, u32 length, the bytes. OUT gets for
each u32 length and the bytes; the length is 0xFFFFFFFF where libwim refuses.
"""

import ctypes
import struct
import sys

REFUSED = 0xFFFFFFFF


def main():
    verb, kind, chunk_size, source, target = sys.argv[1:]
    lib = ctypes.CDLL("libwim.so.15")
    codec = ctypes.c_void_p()
    if verb == "compress":
        lib.wimlib_compress.restype = ctypes.c_size_t
        error = lib.wimlib_create_compressor(
            int(kind), ctypes.c_size_t(int(chunk_size)), 0, ctypes.byref(codec))
    else:
        error = lib.wimlib_create_decompressor(
            int(kind), ctypes.c_size_t(int(chunk_size)), ctypes.byref(codec))
    if error:
        sys.exit("libwim cannot make the codec: error %d" % error)
    buffer = ctypes.create_string_buffer(int(chunk_size) + 1)
    with open(source, "rb") as inp, open(target, "wb") as out:
        while header := inp.read(8):
            decoded, length = struct.unpack("<II", header)
            data = inp.read(length)
            if verb == "compress":
                size = lib.wimlib_compress(
                    data, ctypes.c_size_t(length), buffer, ctypes.c_size_t(length - 1), codec)
                size = size or REFUSED
            else:
                error = lib.wimlib_decompress(
                    data, ctypes.c_size_t(length), buffer, ctypes.c_size_t(decoded), codec)
                size = REFUSED if error else decoded
            out.write(struct.pack("<I", size))
            if size != REFUSED:
                out.write(ctypes.string_at(buffer, size))


main()
