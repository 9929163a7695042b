/** Lays an image of a WIM out on an NTFS volume: joins what the two format modules say. */
package io.vhdboot.imaging.apply;
