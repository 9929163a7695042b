/**
 * The x86 code that a BIOS machine starts from: all of it our own, its source in {@code
 * src/main/asm}. {@link io.vhdboot.bootcode.BootCode} gives the assembled bytes.
 */
package io.vhdboot.bootcode;
