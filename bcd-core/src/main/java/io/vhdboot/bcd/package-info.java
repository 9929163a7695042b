/**
 * Boot configuration data (BCD), the store that tells the Windows boot manager what to start. Begin
 * with {@link io.vhdboot.bcd.BcdStore}, which opens and saves one, and {@link
 * io.vhdboot.bcd.WindowsBootStore}, which makes the store that bcdboot would make.
 *
 * <p>A store is a registry hive of objects; an object is a set of elements, each a number with a
 * typed value. What bcdedit calls {@code device}, {@code osdevice} or {@code nx} is an element.
 */
package io.vhdboot.bcd;
