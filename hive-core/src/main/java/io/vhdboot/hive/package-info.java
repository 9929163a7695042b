/**
 * Windows registry hives (regf 1.3 to 1.6), read, edited and created without Windows. Begin with
 * {@link io.vhdboot.hive.Hive}, which opens, creates and saves one, and {@link
 * io.vhdboot.hive.HiveKey}, a key in it.
 *
 * <p>A hive is held in memory as the bytes of its file; only what lies on the way to a key is
 * parsed, and an edit changes only the cells it concerns.
 */
package io.vhdboot.hive;
