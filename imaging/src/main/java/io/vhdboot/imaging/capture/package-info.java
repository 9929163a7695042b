/**
 * Captures trees as images of a WIM: a folder of the host ({@link
 * io.vhdboot.imaging.capture.FolderCapture}) or of an NTFS volume inside any image ({@link
 * io.vhdboot.imaging.capture.VolumeCapture}).
 */
package io.vhdboot.imaging.capture;
