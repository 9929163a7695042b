package io.vhdboot.usb;

/**
 * What writing a disk came to; all in bytes.
 *
 * @param written written to the disk
 * @param zero zeros that the disk held already
 * @param unused left as it was, since the image does not use it
 * @param verified read back from the medium and found the same
 * @param resumed what an earlier attempt had written
 */
public record WriteReport(long written, long zero, long unused, long verified, long resumed) {}
